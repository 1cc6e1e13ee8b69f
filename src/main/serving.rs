//! `curator serve`: a folder of plain files for whoever asks.

use std::time::Duration;

use curator::cli::{self, Exit, ServeArgs};
use curator::wire;

use super::Run;

/// How long those who are inside may take to leave, once the program was asked to end.
const FAREWELL: Duration = Duration::from_secs(5);

impl Run<'_> {
    /// Serves until it is asked to end: then it answers what was asked already, and ends well. Asked once more, it ends
    /// at once.
    pub(crate) fn serve(&self, args: &ServeArgs) -> Exit {
        if let Err(exit) = cli::may_listen(args, &self.output) {
            return exit;
        }
        let folder = match wire::served(&args.dir) {
            Ok(folder) => folder,
            Err(error) => return self.refuse(&error),
        };
        self.runtime.block_on(async {
            let (ask, asked) = tokio::sync::oneshot::channel::<()>();
            let door = match wire::readers_door(args.listen).await {
                Ok(door) => door,
                Err(error) => return self.refuse(&error),
            };
            let address = door.address().unwrap_or(args.listen);
            let served = door.serve_until(folder.router(), async {
                let _ = asked.await;
            });
            let served = tokio::spawn(served);
            // Before anybody is told that it is there: whoever reads that may ask it to end.
            let interrupted = wire::interrupted();
            tokio::pin!(interrupted);
            let listening = std::future::ready(());
            tokio::select! {
                biased;
                () = &mut interrupted => return Exit::Done,
                () = listening => cli::serving(args, address, &self.output),
            }
            interrupted.await;
            let _ = ask.send(());
            tokio::select! {
                _ = served => {}
                () = wire::interrupted() => {}
                () = tokio::time::sleep(FAREWELL) => {}
            }
            Exit::Done
        })
    }
}
