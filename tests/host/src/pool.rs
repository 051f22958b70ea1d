//! Instances: how long they live and how many requests they share, as on Spin.

use std::{
    future::Future,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::{Duration, Instant},
};

use pin_project_lite::pin_project;
use tokio::time::Sleep;
use wasmtime::{Store, StoreContextMut, component::GuestTaskId};
use wasmtime_wasi_http::handler::{
    HandlerState, Instance, ProxyPre, ShouldAccept, WorkerExpiration, WorkerState, WorkerStatus,
};

use crate::{cli::Range, component::Component, state::State};

/// How instances are reused.
#[derive(Debug, Clone, Copy)]
pub struct Reuse {
    /// Requests in all.
    pub total: Range<usize>,
    /// Requests at once.
    pub concurrent: Range<usize>,
    /// Time for one request.
    pub request_timeout: Option<Range<Duration>>,
    /// Time without requests.
    pub idle_timeout: Range<Duration>,
}

/// Makes instances of one component.
pub struct Pool {
    /// The component.
    pub component: Arc<Component>,
    /// How its instances are reused.
    pub reuse: Reuse,
}

/// Limits of one instance, drawn when it is made.
pub struct Limits {
    total: usize,
    concurrent: usize,
    request_timeout: Duration,
}

impl HandlerState for Pool {
    type StoreData = State;
    type WorkerExpiration = Expiration;
    type WorkerState = Limits;

    async fn instantiate(&self) -> wasmtime::Result<Instance<State, Expiration, Limits>> {
        let code = &self.component.code;
        let engine = match code {
            ProxyPre::P2(code) => code.engine(),
            ProxyPre::P3(code) => code.engine(),
        };
        let mut store = Store::new(engine, State::new(&self.component)?);
        store.set_epoch_deadline(u64::MAX / 2);
        let proxy = code.instantiate_async(&mut store).await?;
        let state = self.limits();
        let expiration = Expiration {
            idle_timeout: draw(
                self.reuse.idle_timeout,
                |duration| duration.as_nanos(),
                nanoseconds,
            ),
            request_timeout: state.request_timeout,
            sleep: tokio::time::sleep(Duration::MAX),
        };
        Ok(Instance {
            store,
            proxy,
            view: State::view,
            expiration,
            state,
        })
    }
}

impl Pool {
    fn limits(&self) -> Limits {
        // Components of WASI 0.2 cannot be called again, so they serve one request each.
        let reusable = matches!(self.component.code, ProxyPre::P3(_));
        let drawn = |range| {
            if reusable {
                draw(range, |count| count as u128, |count| count as usize)
            } else {
                1
            }
        };
        Limits {
            total: drawn(self.reuse.total),
            concurrent: drawn(self.reuse.concurrent),
            request_timeout: self.reuse.request_timeout.map_or(Duration::MAX, |range| {
                draw(range, |duration| duration.as_nanos(), nanoseconds)
            }),
        }
    }
}

fn nanoseconds(count: u128) -> Duration {
    Duration::from_nanos(u64::try_from(count).unwrap_or(u64::MAX))
}

/// Picks a value of a range. The clock's low digits are random enough for spreading the ages of instances.
fn draw<T: Copy>(range: Range<T>, number: impl Fn(T) -> u128, value: impl Fn(u128) -> T) -> T {
    let Some(end) = range.end else { return range.start };
    let width = number(end).saturating_sub(number(range.start)).max(1);
    let clock = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap_or_default()
        .as_nanos();
    value(number(range.start) + clock % width)
}

impl WorkerState for Limits {
    type StoreData = State;
    type RequestData = ();

    fn should_accept_request(&self, concurrent: usize, total: usize) -> ShouldAccept {
        if total >= self.total {
            ShouldAccept::Never
        } else if concurrent >= self.concurrent {
            ShouldAccept::No
        } else {
            ShouldAccept::Yes
        }
    }

    fn on_request_start(
        &self,
        _: StoreContextMut<'_, State>,
        (): (),
        _: GuestTaskId,
    ) -> Pin<Box<dyn Future<Output = ()> + Send + Sync>> {
        Box::pin(tokio::time::sleep(self.request_timeout))
    }

    fn drop(&self, store: Store<State>, result: Result<(), wasmtime::Error>) {
        if let Err(error) = result {
            eprintln!("worker failed: {error:#}");
        }
        drop(store);
    }
}

pin_project! {
    /// Ends an instance that is idle, or whose requests have all run out of time.
    pub struct Expiration {
        idle_timeout: Duration,
        request_timeout: Duration,
        #[pin]
        sleep: Sleep,
    }
}

impl WorkerExpiration for Expiration {
    fn poll(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        status: WorkerStatus,
        start: Instant,
    ) -> Poll<()> {
        let mut this = self.project();
        let timeout = match status {
            WorkerStatus::Idle => *this.idle_timeout,
            WorkerStatus::Requests | WorkerStatus::PostReturn => *this.request_timeout,
        };
        let Some(deadline) = start.checked_add(timeout) else {
            return Poll::Pending;
        };
        if this.sleep.deadline() != deadline.into() {
            this.sleep.as_mut().reset(deadline.into());
        }
        this.sleep.poll(context)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn draws_within_the_range() {
        for _ in 0..100 {
            let drawn = draw(
                Range {
                    start: 3_usize,
                    end: Some(5),
                },
                |count| count as u128,
                |count| count as usize,
            );
            assert!((3..5).contains(&drawn));
        }
        assert_eq!(
            draw(
                Range {
                    start: 7_usize,
                    end: None
                },
                |count| count as u128,
                |_| 0
            ),
            7
        );
    }
}
