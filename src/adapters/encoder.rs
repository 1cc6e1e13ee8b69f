//! The encoders by name: a pinned library, and the program that the PureScript registry uses.

use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::OnceLock;
use std::thread;

use libdeflater::{CompressionLvl, Compressor};

use crate::model::{EncoderName, Sha256};
use crate::ports::{EncodeError, Encoder};

/// Magic, deflate, no flags, no time, no extra flags, Unix: the same for both encoders, and what GNU gzip writes when
/// it reads a pipe. libdeflate alone would leave the operating system unknown.
const GZIP_HEADER: [u8; 10] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3];

/// The digest of what GNU gzip 1.12 makes of [`known_input`] at level 6. Apple's gzip, busybox and zlib make other bytes.
const GNU_GZIP_ANSWER: &str = "sha256-dHBPX6K34cK71uL5H1G04uOsSrcYyJcx8MJ2/JdLUc4=";

/// Compresses tars with any of the named encoders.
#[derive(Debug)]
pub struct Encoders {
    gzip: PathBuf,
    /// Whether the program is the one that its name promises: asked once, before its first archive.
    gzip_answer: OnceLock<Result<(), EncodeError>>,
}

impl Default for Encoders {
    /// Uses the `gzip` of the search path.
    fn default() -> Self {
        Self::with_gzip("gzip")
    }
}

impl Encoders {
    /// Uses `program` as GNU gzip.
    pub fn with_gzip(program: impl Into<PathBuf>) -> Self {
        Self { gzip: program.into(), gzip_answer: OnceLock::new() }
    }

    /// Runs GNU gzip, after it has given the known answer.
    fn gnu_gzip(&self, tar: &[u8]) -> Result<Vec<u8>, EncodeError> {
        self.gzip_answer.get_or_init(|| self.check_gzip()).clone()?;
        self.run_gzip(tar)
    }

    /// Compares the program's output for a known input with the recorded one.
    fn check_gzip(&self) -> Result<(), EncodeError> {
        let found = Sha256::of(&self.run_gzip(&known_input())?).to_string();
        if found == GNU_GZIP_ANSWER {
            return Ok(());
        }
        Err(EncodeError::KnownAnswer { encoder: EncoderName::GnuGzip, expected: GNU_GZIP_ANSWER.to_owned(), found })
    }

    /// Pipes `tar` through the program.
    fn run_gzip(&self, tar: &[u8]) -> Result<Vec<u8>, EncodeError> {
        let failed = |message| EncodeError::Failed { encoder: EncoderName::GnuGzip, message };
        let mut command = Command::new(&self.gzip);
        // Nothing else of the environment: gzip takes options from the variable GZIP.
        command.args(["-6", "-n"]).env_clear().envs(std::env::var_os("PATH").map(|path| ("PATH", path)));
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().map_err(|error| EncodeError::Missing {
            encoder: EncoderName::GnuGzip,
            program: self.gzip.display().to_string(),
            message: error.to_string(),
        })?;
        let stdin = child.stdin.take();
        // A thread of its own feeds the pipe: gzip stops reading while nobody reads what it writes.
        let (fed, output) = thread::scope(|scope| {
            let feeder = scope.spawn(move || stdin.map_or(Ok(()), |mut stdin| stdin.write_all(tar)));
            let output = child.wait_with_output();
            (feeder.join(), output)
        });
        let output = output.map_err(|error| failed(error.to_string()))?;
        if !output.status.success() {
            let message = String::from_utf8_lossy(&output.stderr);
            return Err(failed(format!("{}: {}", output.status, message.trim())));
        }
        match fed {
            Ok(Ok(())) => Ok(output.stdout),
            Ok(Err(error)) => Err(failed(format!("it did not read its input: {error}"))),
            Err(_) => Err(failed("the thread that feeds it broke off".to_owned())),
        }
    }
}

impl Encoder for Encoders {
    fn encode(&self, encoder: EncoderName, tar: &[u8]) -> Result<Vec<u8>, EncodeError> {
        match encoder {
            EncoderName::Libdeflate => libdeflate(tar),
            EncoderName::GnuGzip => self.gnu_gzip(tar),
        }
    }
}

/// Compresses with libdeflate at level 6.
fn libdeflate(tar: &[u8]) -> Result<Vec<u8>, EncodeError> {
    let failed = |message| EncodeError::Failed { encoder: EncoderName::Libdeflate, message };
    let level = CompressionLvl::new(6).map_err(|error| failed(format!("{error:?}")))?;
    let mut compressor = Compressor::new(level);
    let mut archive = vec![0; compressor.gzip_compress_bound(tar.len())];
    let length = compressor.gzip_compress(tar, &mut archive).map_err(|error| failed(error.to_string()))?;
    archive.truncate(length);
    if let Some(header) = archive.first_chunk_mut() {
        *header = GZIP_HEADER;
    }
    Ok(archive)
}

/// What the known-answer tests compress: 300 KB, so that a compressor must make several blocks and slide its window,
/// with passages as dull as padding, as regular as source code and as wild as pictures.
fn known_input() -> Vec<u8> {
    const WORDS: [&str; 16] = [
        "module ",
        "import ",
        "where\n",
        "  forall a. ",
        "Maybe ",
        "Effect Unit\n",
        "-- | ",
        "instance ",
        "=> ",
        ":: ",
        "map ",
        "pure ",
        "(\\x -> ",
        ")\n",
        "data ",
        "let ",
    ];
    // Numerical Recipes' generator of pseudo-random numbers: fixed for good, and no dependency.
    let mut state: u32 = 1;
    let mut next = move || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        state >> 16
    };
    let mut input = Vec::with_capacity(301_000);
    while input.len() < 300_000 {
        match next() % 16 {
            0 => input.extend((0..next() % 512).map(|_| next().to_le_bytes()[0])),
            1 => input.resize(input.len() + next() as usize % 1024, 0),
            _ => {
                for _ in 0..next() % 32 {
                    let word = WORDS.get(next() as usize % WORDS.len()).copied().unwrap_or_default();
                    input.extend_from_slice(word.as_bytes());
                }
            }
        }
    }
    input
}

#[cfg(test)]
mod tests {
    use super::{known_input, libdeflate};
    use crate::model::Sha256;

    #[test]
    fn the_known_input_is_what_it_was() {
        let input = known_input();
        assert_eq!(input.len(), 300_015);
        assert_eq!(Sha256::of(&input).to_string(), "sha256-4sbOb+LPQX6w/SYeVgHAFCEB2NGwZMSyRROKgrQF+R0=");
    }

    #[test]
    fn libdeflate_gives_the_known_answer() {
        // Where this fails, the library's bytes have changed: that is another encoder, and needs another name.
        let archive = libdeflate(&known_input()).unwrap();
        assert_eq!(Sha256::of(&archive).to_string(), "sha256-D3uuf0PbZaO/yDiXKmJ0tnuABf6q272FkiM2Hy0MzBw=");
    }
}
