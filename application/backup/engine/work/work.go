// Package work does jobs side by side.
package work

import (
	"context"
	"errors"
	"sync"
)

// Parallel runs jobs on so many threads, each with what begin makes for it and end takes away. The first error stops
// all: the context that begin got ends.
func Parallel[J any](ctx context.Context, threads int, jobs []J, begin func(context.Context) (do func(J) error, end func(), err error)) error {
	return Growing(ctx, min(threads, len(jobs)), jobs, func(inner context.Context) (func(J) ([]J, error), func(), error) {
		do, end, err := begin(inner)
		return func(job J) ([]J, error) { return nil, do(job) }, end, err
	})
}

// Growing is Parallel for jobs that make more jobs, which are done after those that wait already.
func Growing[J any](ctx context.Context, threads int, jobs []J, begin func(context.Context) (do func(J) ([]J, error), end func(), err error)) error {
	inner, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	queue := newQueue(jobs)
	defer context.AfterFunc(inner, queue.stop)()
	var group sync.WaitGroup
	for range threads {
		group.Go(func() {
			do, end, err := begin(inner)
			if err != nil {
				cancel(err)
				return
			}
			defer end()
			for {
				job, there := queue.take()
				if !there || inner.Err() != nil {
					return
				}
				more, err := do(job)
				if err != nil {
					cancel(err) // only the first is kept: the others follow from it
				}
				queue.done(more)
			}
		})
	}
	group.Wait()
	if cause := context.Cause(inner); cause != nil && !errors.Is(cause, context.Canceled) {
		return cause
	}
	return ctx.Err()
}

// queue of jobs. It has ended when it is empty and nobody is at a job that could make more.
type queue[J any] struct {
	lock    sync.Mutex
	changed *sync.Cond
	waiting []J
	taken   int
	stopped bool
}

func newQueue[J any](jobs []J) *queue[J] {
	q := &queue[J]{waiting: append([]J(nil), jobs...)}
	q.changed = sync.NewCond(&q.lock)
	return q
}

func (q *queue[J]) take() (job J, there bool) {
	q.lock.Lock()
	defer q.lock.Unlock()
	for len(q.waiting) == 0 && q.taken > 0 && !q.stopped {
		q.changed.Wait()
	}
	if len(q.waiting) == 0 || q.stopped {
		return job, false
	}
	job, q.waiting = q.waiting[0], q.waiting[1:]
	q.taken++
	return job, true
}

func (q *queue[J]) done(more []J) {
	q.lock.Lock()
	defer q.lock.Unlock()
	q.waiting = append(q.waiting, more...)
	q.taken--
	q.changed.Broadcast()
}

func (q *queue[J]) stop() {
	q.lock.Lock()
	defer q.lock.Unlock()
	q.stopped = true
	q.changed.Broadcast()
}
