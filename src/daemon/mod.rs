//! The curator that stays: it looks again and again, syncs where something is wanted or owed, and reviews what is open.

mod agenda;
mod bench;
mod desk;
mod front;
mod mail;
mod pause;
mod pushes;
mod record;
mod reviewing;
mod signature;
mod watch;

pub use bench::{Bench, Desk, Look, NoDesk, Seat};
pub use desk::ForgeDesk;
pub use front::{Front, Page, PageState, PageText, front};
pub use mail::{Mail, MailBox};
pub use pushes::Pushes;
pub use record::Record;
pub use watch::{Settings, Told, Trouble, Turn, Unopened, watch};
