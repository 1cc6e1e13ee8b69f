//! What a benchmark prints at the end: ratios, which carry over to other machines where times do not.

use std::fs;
use std::path::Path;

/// The name of the least work that any program must do, in every group.
pub(crate) const FLOOR: &str = "floor";
/// The name of the curator's own way, in every group.
pub(crate) const CURATOR: &str = "curator";

/// Prints each group's medians, and how often the curator's goes into them.
pub(crate) fn print_ratios(measured: &Path) {
    let median = |bench: &Path| -> Option<f64> {
        let estimates: serde_json::Value =
            serde_json::from_slice(&fs::read(bench.join("new/estimates.json")).ok()?).ok()?;
        estimates.pointer("/median/point_estimate")?.as_f64()
    };
    let Ok(groups) = fs::read_dir(measured) else { return };
    for group in groups.map(|group| group.unwrap().path()) {
        let Some(ours) = median(&group.join(CURATOR)) else { continue };
        println!("\n{}", group.file_name().unwrap_or_default().display());
        for bench in fs::read_dir(&group).unwrap().map(|bench| bench.unwrap().path()) {
            if let Some(theirs) = median(&bench) {
                let name = bench.file_name().unwrap_or_default().display().to_string();
                println!("  {name:<32} {:>9.1} ms   curator is {:>5.2}x of it", theirs / 1e6, ours / theirs);
            }
        }
    }
}
