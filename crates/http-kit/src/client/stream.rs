//! Answers that are read while they come (CON-5): bounded in size and time like any other, and ended by dropping them.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Bytes;
use axum::http::{HeaderMap, StatusCode};
use domain::{Clock, Timestamp};
use futures::future::{Either, select};

use super::{Call, CallError, Client, Failure, Pending, Reply, TOTAL_TIMEOUT, Transport, left, retry};

/// The body of an answer, piece by piece. Dropping it closes the connection.
pub trait Pieces: Send {
    /// The next piece, `None` after the last. It may wait as long as the other side does.
    fn next(&mut self) -> Pending<'_, Result<Option<Bytes>, Failure>>;
}

/// An answer whose head is there.
pub struct Opened {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub pieces: Box<dyn Pieces>,
}

/// A body that is there already.
pub(super) struct Whole(pub(super) Option<Bytes>);

impl Pieces for Whole {
    fn next(&mut self) -> Pending<'_, Result<Option<Bytes>, Failure>> {
        let piece = self.0.take();
        Box::pin(async move { Ok(piece) })
    }
}

/// What a call that asked for a stream got.
pub enum Begun {
    /// A success; its body comes piece by piece.
    Stream(Stream),
    /// Any other status, with its whole body.
    Reply(Reply),
}

/// The rest of an answer. It ends at the time at which the whole call has to, and after as many bytes as the call reads.
pub struct Stream {
    pieces: Option<Box<dyn Pieces>>,
    transport: Arc<dyn Transport>,
    clock: Arc<dyn Clock>,
    end: Timestamp,
    room: usize,
}

impl Stream {
    /// The next piece, `None` after the last and after a failure.
    ///
    /// # Errors
    /// [`Failure`]; what came before it stands.
    pub async fn next(&mut self) -> Result<Option<Bytes>, Failure> {
        let Some(pieces) = self.pieces.as_mut() else {
            return Ok(None);
        };
        let sleep = self.transport.sleep(left(&*self.clock, self.end));
        let outcome = match select(pieces.next(), sleep).await {
            Either::Left((outcome, _)) => outcome,
            Either::Right(_) => Err(Failure::Timeout),
        };
        let outcome = outcome.and_then(|piece| match piece {
            Some(piece) if piece.len() > self.room => Err(Failure::TooLarge),
            piece => Ok(piece),
        });
        match &outcome {
            Ok(Some(piece)) => self.room -= piece.len(),
            Ok(None) | Err(_) => self.pieces = None,
        }
        outcome
    }
}

impl Client {
    /// Makes a call whose answer is read while it comes. It is repeated as by [`Client::send`], until a success begins: from then on
    /// nothing is repeated, because somebody may have read of it.
    ///
    /// # Errors
    /// [`CallError`] when no answer begins; a failure later comes out of [`Stream::next`].
    pub async fn open(&self, call: &Call) -> Result<Begun, CallError> {
        let end = self.clock.now().plus(TOTAL_TIMEOUT);
        let mut repeats = 0;
        loop {
            let outcome = match self.begin(call, end).await {
                Ok(Begun::Stream(stream)) => return Ok(Begun::Stream(stream)),
                Ok(Begun::Reply(reply)) => Ok(reply),
                Err(failure) => Err(failure),
            };
            let Some(pause) = self.pause(call, &outcome, repeats, end) else {
                let host = call.uri.host().unwrap_or_default().to_owned();
                return outcome
                    .map(Begun::Reply)
                    .map_err(|failure| CallError { host, failure });
            };
            self.transport.sleep(pause).await;
            repeats += 1;
        }
    }

    async fn begin(&self, call: &Call, end: Timestamp) -> Result<Begun, Failure> {
        let within = left(&*self.clock, end);
        let opened = match select(self.transport.open(call, within), self.transport.sleep(within)).await {
            Either::Left((outcome, _)) => outcome?,
            Either::Right(_) => return Err(Failure::Timeout),
        };
        let mut stream = Stream {
            pieces: Some(opened.pieces),
            transport: Arc::clone(&self.transport),
            clock: Arc::clone(&self.clock),
            end,
            room: call.answer_limit,
        };
        if opened.status.is_success() {
            return Ok(Begun::Stream(stream));
        }
        let mut body = Vec::new();
        while let Some(piece) = stream.next().await? {
            body.extend_from_slice(&piece);
        }
        Ok(Begun::Reply(Reply {
            status: opened.status,
            headers: opened.headers,
            body: body.into(),
        }))
    }

    /// How long to wait before a call is made again; `None` when it is not.
    pub(super) fn pause(
        &self,
        call: &Call,
        outcome: &Result<Reply, Failure>,
        repeats: u32,
        end: Timestamp,
    ) -> Option<Duration> {
        let now = self.clock.now();
        retry::pause(call.repeat, outcome, repeats, now, &*self.random).filter(|pause| now.plus(*pause) < end)
    }
}
