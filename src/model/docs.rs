//! Documentation of a version: what makes it, what it is, and where it goes (`[docs]` in `curator.toml`).

use super::compile::{CompileBounds, ProgramName, ToolCommandError};
use super::tree::Files;

/// How the documentation of a registry's versions is made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocsRules {
    /// What makes it.
    pub command: DocsCommand,
    /// Who is asked.
    pub tool: DocsTool,
    /// What a run may use: as much as one that compiles.
    pub bounds: CompileBounds,
}

/// What is known of a tool that makes documentation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DocsTool {
    /// The compiler of PureScript: it wants the version tagged in a git repository, and the JSON is its last line.
    Purs,
    /// Any: all that it prints is the documentation, or all that is in its folder.
    Any,
}

impl DocsRules {
    /// The rules for the PureScript compiler.
    #[must_use]
    pub fn purs(bounds: CompileBounds) -> Self {
        Self { command: DocsCommand::purs(), tool: DocsTool::Purs, bounds }
    }
}

/// A program and its arguments, each of them a whole text or a placeholder: no shell reads them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocsCommand {
    /// The program.
    pub program: ProgramName,
    /// The arguments.
    pub arguments: Vec<DocsArgument>,
}

/// An argument of a tool that makes documentation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DocsArgument {
    /// This text.
    Text(String),
    /// `{package}`: the folder of the unpacked version, which the tool stands in and may write to.
    Package,
    /// `{dependencies}`: the folder that holds one folder for each dependency, by its name.
    Dependencies,
    /// `{resolutions}`: a file with the version and the folder of each dependency, as `purs publish` reads it.
    Resolutions,
    /// `{out}`: an empty folder. What the tool leaves in it is the documentation, instead of what it prints.
    Out,
}

/// Why words are no command that makes documentation.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DocsCommandError {
    /// They are no command at all.
    #[error(transparent)]
    Command(#[from] ToolCommandError),
    /// A placeholder that nobody knows, or one inside of other text.
    #[error(
        "the argument '{0}' has braces: {{package}}, {{dependencies}}, {{resolutions}} and {{out}} each stand as a whole argument, and there is no other placeholder"
    )]
    Placeholder(String),
}

impl DocsCommand {
    /// Reads a command as `curator.toml` spells it.
    ///
    /// # Errors
    /// [`DocsCommandError`].
    pub fn parse(words: &[String]) -> Result<Self, DocsCommandError> {
        let (program, arguments) = words.split_first().ok_or(ToolCommandError::Empty)?;
        let arguments = arguments.iter().map(|word| match word.as_str() {
            "{package}" => Ok(DocsArgument::Package),
            "{dependencies}" => Ok(DocsArgument::Dependencies),
            "{resolutions}" => Ok(DocsArgument::Resolutions),
            "{out}" => Ok(DocsArgument::Out),
            text if text.contains('\0') => Err(ToolCommandError::Nul.into()),
            text if text.contains(['{', '}']) => Err(DocsCommandError::Placeholder(text.to_owned())),
            text => Ok(DocsArgument::Text(text.to_owned())),
        });
        let program = program.parse::<ProgramName>()?;
        Ok(Self { program, arguments: arguments.collect::<Result<_, DocsCommandError>>()? })
    }

    /// What the PureScript compiler is told: its manifest is that of the archive.
    fn purs() -> Self {
        let text = |text: &str| DocsArgument::Text(text.to_owned());
        Self {
            program: ProgramName::purs(),
            arguments: vec![
                text("publish"),
                text("--manifest"),
                text("purs.json"),
                text("--resolutions"),
                DocsArgument::Resolutions,
            ],
        }
    }

    /// Whether the tool leaves its documentation in a folder.
    #[must_use]
    pub fn fills_folder(&self) -> bool {
        self.arguments.contains(&DocsArgument::Out)
    }
}

/// The documentation of a version. A stranger's source made it: nothing of it is safe to show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Docs {
    /// One JSON value.
    Json(Vec<u8>),
    /// Bytes of another kind.
    Bytes(Vec<u8>),
    /// Files.
    Folder(Files),
}

impl Docs {
    /// How many bytes it has.
    #[must_use]
    pub fn bytes(&self) -> usize {
        match self {
            Self::Json(bytes) | Self::Bytes(bytes) => bytes.len(),
            Self::Folder(files) => files.values().map(|file| file.bytes.len()).sum(),
        }
    }
}

/// Where documentation goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DocsPlace {
    /// To a server like Pursuit.
    Pursuit(DocsUrl),
    /// To a URL of each version, by PUT.
    Put(DocsUrl),
    /// To a URL of each version, by POST.
    Post(DocsUrl),
    /// Into a folder, relative to the registry, which has one for each package and in that one for each version.
    Directory(String),
}

/// A URL that documentation may be sent to: by https, or not leaving this machine. It may hold `{name}` and `{version}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocsUrl(String);

/// Why a URL is none that documentation can be sent to.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "'{0}' is no URL that documentation can be sent to: write https://HOST/…, with no user in it and no placeholder but {{name}} and {{version}}"
)]
pub struct DocsUrlError(String);

/// The names of this machine.
const HERE: [&str; 3] = ["localhost", "127.0.0.1", "[::1]"];

impl DocsUrl {
    /// Reads a URL.
    ///
    /// # Errors
    /// [`DocsUrlError`].
    pub fn parse(text: &str) -> Result<Self, DocsUrlError> {
        let filled = text.replace("{name}", "name").replace("{version}", "1.0.0");
        let refused = || DocsUrlError(text.to_owned());
        let uri: http::Uri = filled.parse().map_err(|_| refused())?;
        let (scheme, host) = (uri.scheme_str().unwrap_or_default(), uri.host().unwrap_or_default());
        let is_safe = scheme == "https" || scheme == "http" && HERE.contains(&host);
        let authority = uri.authority().map(http::uri::Authority::as_str).unwrap_or_default();
        // A placeholder in the place of a host would let a package's name choose it.
        let begins_alike = text.starts_with(&format!("{scheme}://{authority}"));
        let is_plain = !filled.contains(['{', '}', '@', '#', '\\']) && !filled.contains(char::is_whitespace);
        let is_usable = is_safe && !host.is_empty() && begins_alike && is_plain;
        is_usable.then(|| Self(text.to_owned())).ok_or_else(refused)
    }

    /// Whether it differs for each version.
    #[must_use]
    pub fn names_version(&self) -> bool {
        self.0.contains("{name}") && self.0.contains("{version}")
    }

    /// Whether what is sent there could be read on its way: only to this machine.
    #[must_use]
    pub fn is_clear(&self) -> bool {
        self.0.starts_with("http://")
    }

    /// The text, with its placeholders.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The text for a version.
    #[must_use]
    pub fn of(&self, name: &str, version: &str) -> String {
        self.0.replace("{name}", name).replace("{version}", version)
    }
}

#[cfg(test)]
mod tests {
    use super::{DocsArgument, DocsCommand, DocsUrl};

    fn command(words: &[&str]) -> Result<DocsCommand, super::DocsCommandError> {
        DocsCommand::parse(&words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn a_command_names_a_program_and_whole_placeholders() {
        let read = command(&["doc", "$(x)", "{package}", "{dependencies}", "{resolutions}", "{out}"]).unwrap();
        assert_eq!(read.arguments[0], DocsArgument::Text("$(x)".to_owned()));
        assert!(read.fills_folder() && !command(&["doc", "out"]).unwrap().fills_folder());
        let bad: [&[&str]; 6] =
            [&[], &["/bin/doc"], &["doc", "--o={out}"], &["doc", "{globs}"], &["doc", "a\0"], &["-x"]];
        for words in bad {
            assert!(command(words).is_err(), "{words:?}");
        }
    }

    #[test]
    fn nothing_is_sent_in_the_clear_or_to_a_host_that_a_package_names() {
        for good in [
            "https://pursuit.purescript.org/packages",
            "https://docs.example.org:8443/{name}/{version}.json?x=1",
            "http://127.0.0.1:8080/packages",
            "http://[::1]/{name}",
            "http://localhost/x",
        ] {
            assert!(DocsUrl::parse(good).is_ok(), "{good}");
        }
        for bad in [
            "",
            "docs.example.org/x",
            "http://docs.example.org/x",
            "ftp://docs.example.org/x",
            "https://{name}.example.org/x",
            "https://{name}/x",
            "https://user:pw@docs.example.org/x",
            "https://docs.example.org/{ref}",
            "https://docs.example.org/{name",
            "https://docs.example.org/#x",
            "https:///x",
            "http://127.0.0.1.example.org/x",
            "https://docs.example.org/a b",
        ] {
            assert!(DocsUrl::parse(bad).is_err(), "{bad}");
        }
    }
}
