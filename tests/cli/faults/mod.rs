//! What goes wrong with disks, files, programs and processes: nothing is lost, nothing is half done, and the way out is
//! told.

mod canary;
mod configuration;
mod damage;
mod interruption;
mod kills;
mod places;
mod programs;
mod room;
mod stores;
