//! Webhooks: signed deliveries, which get lost, come twice, or late.

use std::collections::VecDeque;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::Value;
use sha2::Sha256;

use super::shapes::releases::hex;

/// What becomes of a delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    Delivered,
    Lost,
    /// Twice, with the same id.
    Twice,
    /// After the next one.
    Late,
}

/// A delivery.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Delivery {
    pub(crate) id: String,
    pub(crate) event: String,
    pub(crate) body: Vec<u8>,
}

/// A delivery that arrived, or did not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Receipt {
    pub(crate) delivery: Delivery,
    /// What the receiver answered; `None` where there was nobody.
    pub(crate) status: Option<u16>,
}

#[derive(Default)]
pub(crate) struct Courier {
    roads: Vec<Sender<Delivery>>,
    pub(crate) fates: VecDeque<Fate>,
    /// Everything that was to be told, whatever became of it.
    pub(crate) told: Vec<Delivery>,
    late: Option<Delivery>,
    receipts: Arc<Mutex<Vec<Receipt>>>,
}

impl Courier {
    /// Whether anybody wants to hear.
    pub(crate) fn is_wanted(&self) -> bool {
        !self.roads.is_empty()
    }

    /// Tells everything from now on to `url`.
    pub(crate) fn add(&mut self, url: &str, secret: &str) {
        let (road, parcels) = channel::<Delivery>();
        let (url, secret) = (url::Url::parse(url).unwrap(), secret.to_owned());
        let receipts = Arc::clone(&self.receipts);
        std::thread::spawn(move || {
            for delivery in parcels {
                let status = post(&url, &secret, &delivery);
                receipts.lock().unwrap().push(Receipt { delivery, status });
            }
        });
        self.roads.push(road);
    }

    pub(crate) fn send(&mut self, id: u64, event: &str, payload: &Value) {
        let id = format!("{id:08x}-0000-4000-8000-{id:012x}");
        let delivery = Delivery { id, event: event.to_owned(), body: serde_json::to_vec(payload).unwrap() };
        self.told.push(delivery.clone());
        match self.fates.pop_front().unwrap_or(Fate::Delivered) {
            Fate::Lost => return,
            Fate::Late => {
                self.late = Some(delivery);
                return;
            }
            Fate::Twice => self.carry(&delivery),
            Fate::Delivered => {}
        }
        self.carry(&delivery);
        if let Some(late) = self.late.take() {
            self.carry(&late);
        }
    }

    /// Sends a delivery on its way, also once more.
    pub(crate) fn carry(&self, delivery: &Delivery) {
        for road in &self.roads {
            let _ = road.send(delivery.clone());
        }
    }

    pub(crate) fn receipts(&self) -> Vec<Receipt> {
        self.receipts.lock().unwrap().clone()
    }
}

/// The signature of a body, as `X-Hub-Signature-256` has it.
pub(crate) fn signature(secret: &str, body: &[u8]) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    mac.update(body);
    format!("sha256={}", hex(&mac.finalize().into_bytes()))
}

/// Posts a delivery; the status of the answer.
fn post(url: &url::Url, secret: &str, delivery: &Delivery) -> Option<u16> {
    let (host, port) = (url.host_str()?, url.port_or_known_default()?);
    let mut stream = TcpStream::connect((host, port)).ok()?;
    // As long as GitHub waits.
    stream.set_read_timeout(Some(Duration::from_secs(10))).ok()?;
    let head = format!(
        "POST {} HTTP/1.1\r\nHost: {host}:{port}\r\nUser-Agent: GitHub-Hookshot/fake\r\nAccept: */*\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\nX-GitHub-Delivery: {}\r\nX-GitHub-Event: {}\r\n\
         X-Hub-Signature-256: {}\r\nConnection: close\r\n\r\n",
        url.path(),
        delivery.body.len(),
        delivery.id,
        delivery.event,
        signature(secret, &delivery.body),
    );
    stream.write_all(head.as_bytes()).ok()?;
    stream.write_all(&delivery.body).ok()?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).ok()?;
    String::from_utf8_lossy(&answer).split(' ').nth(1)?.parse().ok()
}
