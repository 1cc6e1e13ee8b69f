//! The outputs of a step of a workflow, as the runner reads them from a file (threat 31).

/// Why a value is not written as an output.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum OutputError {
    /// The name is more than letters, digits, `_` and `-`.
    #[error("the name of an output is letters, digits, '_' and '-', and starts with a letter or '_'")]
    Name,
    /// The delimiter is shorter than 128 random bits in hexadecimal digits, or has other characters.
    #[error("the delimiter of an output is at least 32 hexadecimal digits")]
    Delimiter,
    /// The value holds the delimiter, and could end there and start an output of its own.
    #[error("the value of an output holds its delimiter")]
    Value,
}

/// The fewest digits of a delimiter: 128 bits, which nobody guesses.
const DELIMITER: usize = 32;

/// The lines that give the output `name` the `value`. The delimiter is drawn at random by the caller, after the value
/// is there: whoever writes the value must not know it.
///
/// # Errors
/// [`OutputError`] where the lines could be read as anything else.
pub fn github_output(name: &str, value: &str, delimiter: &str) -> Result<String, OutputError> {
    let starts = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    if !starts || !name.chars().all(|c| c.is_ascii_alphanumeric() || "_-".contains(c)) {
        return Err(OutputError::Name);
    }
    if delimiter.len() < DELIMITER || !delimiter.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Err(OutputError::Delimiter);
    }
    if value.contains(delimiter) {
        return Err(OutputError::Value);
    }
    Ok(format!("{name}<<{delimiter}\n{value}\n{delimiter}\n"))
}
