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
	inner, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	queue := make(chan J, len(jobs))
	for _, job := range jobs {
		queue <- job
	}
	close(queue)
	var group sync.WaitGroup
	for range min(threads, len(jobs)) {
		group.Go(func() {
			do, end, err := begin(inner)
			if err != nil {
				cancel(err)
				return
			}
			defer end()
			for job := range queue {
				if inner.Err() != nil {
					return
				}
				if err := do(job); err != nil {
					cancel(err) // only the first is kept: the others follow from it
					return
				}
			}
		})
	}
	group.Wait()
	if cause := context.Cause(inner); cause != nil && !errors.Is(cause, context.Canceled) {
		return cause
	}
	return ctx.Err()
}
