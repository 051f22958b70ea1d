//! Results that reach a guest bit by bit.

use std::{
    pin::Pin,
    task::{Context, Poll},
};

use tokio::sync::mpsc::Receiver;
use wasmtime::{
    StoreContextMut,
    component::{Destination, StreamProducer, StreamResult},
};

/// How many items wait for the guest before the host pauses.
pub const BUFFERED: usize = 4;

/// The reading end of a channel as a stream of the guest.
pub struct Items<T>(pub Receiver<T>);

impl<D, T: Send + Sync + 'static> StreamProducer<D> for Items<T> {
    type Item = T;
    type Buffer = Option<T>;

    fn poll_produce<'a>(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        store: StoreContextMut<'a, D>,
        mut destination: Destination<'a, T, Option<T>>,
        finish: bool,
    ) -> Poll<wasmtime::Result<StreamResult>> {
        // A guest that asks with no room wants to know about readiness only.
        if destination.remaining(store) == Some(0) {
            return Poll::Ready(Ok(StreamResult::Completed));
        }
        match self.0.poll_recv(context) {
            Poll::Ready(Some(item)) => {
                destination.set_buffer(Some(item));
                Poll::Ready(Ok(StreamResult::Completed))
            }
            Poll::Ready(None) => Poll::Ready(Ok(StreamResult::Dropped)),
            Poll::Pending if finish => Poll::Ready(Ok(StreamResult::Cancelled)),
            Poll::Pending => Poll::Pending,
        }
    }
}
