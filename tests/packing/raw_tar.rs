//! Writes tars byte by byte, also those that no honest program writes.

/// An entry of a tar: a plain file with the content `x` unless told otherwise.
#[derive(Clone)]
pub(crate) struct Raw {
    header: [u8; 512],
    content: Vec<u8>,
    checksum: Option<[u8; 8]>,
}

impl Raw {
    /// A plain file.
    pub(crate) fn file(name: impl AsRef<[u8]>) -> Self {
        let raw = Self { header: [0; 512], content: Vec::new(), checksum: None };
        raw.put(0, name.as_ref())
            .put(100, b"0000644\0")
            .put(108, b"0000000\0")
            .put(116, b"0000000\0")
            .put(136, b"00000000000\0")
            .put(257, b"ustar\x0000")
            .type_flag(b'0')
            .content(b"x")
    }

    /// An entry without content.
    pub(crate) fn empty(name: &str, type_flag: u8) -> Self {
        Self::file(name).type_flag(type_flag).content(b"")
    }

    /// A folder.
    pub(crate) fn folder(name: &str) -> Self {
        Self::empty(name, b'5')
    }

    /// An extended header with these records.
    pub(crate) fn pax(records: impl AsRef<[u8]>) -> Self {
        Self::file("PaxHeaders/x").type_flag(b'x').content(records.as_ref())
    }

    /// Overwrites the header from `at` on.
    pub(crate) fn put(mut self, at: usize, bytes: &[u8]) -> Self {
        self.header[at..at + bytes.len()].copy_from_slice(bytes);
        self
    }

    pub(crate) fn type_flag(self, type_flag: u8) -> Self {
        self.put(156, &[type_flag])
    }

    pub(crate) fn prefix(self, prefix: &str) -> Self {
        self.put(345, prefix.as_bytes())
    }

    /// Sets the content, and the size in the header.
    pub(crate) fn content(mut self, content: &[u8]) -> Self {
        self.content = content.to_vec();
        let size = format!("{:011o}\0", content.len());
        self.put(124, size.as_bytes())
    }

    /// Claims another size than the content has.
    pub(crate) fn size(self, field: &[u8; 12]) -> Self {
        self.put(124, field)
    }

    /// Claims a checksum.
    pub(crate) fn checksum(mut self, field: [u8; 8]) -> Self {
        self.checksum = Some(field);
        self
    }

    /// The header and the padded content.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        let mut header = self.header;
        header[148..156].fill(b' ');
        let sum: u32 = header.iter().copied().map(u32::from).sum();
        header[148..156]
            .copy_from_slice(&self.checksum.unwrap_or(format!("{sum:06o}\0 ").into_bytes().try_into().unwrap()));
        let mut bytes = header.to_vec();
        bytes.extend_from_slice(&self.content);
        bytes.resize(bytes.len().next_multiple_of(512), 0);
        bytes
    }
}

/// The tar of these entries, with its end mark.
pub(crate) fn tar_of<'a>(entries: impl IntoIterator<Item = &'a Raw>) -> Vec<u8> {
    let mut tar: Vec<u8> = entries.into_iter().flat_map(Raw::bytes).collect();
    tar.resize(tar.len() + 1024, 0);
    tar
}

/// The pax record that says that `key` is `value`, for records of 10 to 99 bytes.
pub(crate) fn record(key: &str, value: &str) -> String {
    let length = key.len() + value.len() + 5;
    assert!((10..100).contains(&length));
    format!("{length} {key}={value}\n")
}
