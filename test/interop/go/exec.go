package main

import (
	"context"
	"errors"
	"io"
	"net/url"

	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/remotecommand"
	"k8s.io/client-go/transport/spdy"
	exitcode "k8s.io/client-go/util/exec"
)

// step is one thing that a client does in a session; exactly one of its fields is set.
type step struct {
	Write  string `json:"write"`
	Expect string `json:"expect"`
	// Columns and rows.
	Resize []uint16 `json:"resize"`
	Gate   string   `json:"gate"`
	HangUp bool     `json:"hangUp"`
}

type sizes chan remotecommand.TerminalSize

func (s sizes) Next() *remotecommand.TerminalSize {
	size, open := <-s
	if !open {
		return nil
	}
	return &size
}

// stream does exec or attach to its end.
func (c *client) stream(ctx context.Context, request clientRequest) clientAnswer {
	ctx, hangUp := context.WithCancel(ctx)
	defer hangUp()
	executor, err := newExecutor(request)
	if err != nil {
		return clientAnswer{Error: err.Error()}
	}
	sent := newCollector(request.Hash)
	stdout, stderr := newCollector(request.Hash), newCollector(request.Hash)
	if request.Gate != "" {
		stdout.before = func() { c.gates.wait(ctx, request.Gate) }
		stderr.before = stdout.before
	}
	input, typed := io.Pipe()
	terminal := make(sizes)
	options := remotecommand.StreamOptions{Tty: request.TTY, TerminalSizeQueue: terminal}
	if request.Stdout {
		options.Stdout = stdout
	}
	if request.Stderr {
		options.Stderr = stderr
	}
	switch {
	case request.Stdin && request.PayloadBytes > 0:
		options.Stdin = io.TeeReader(&payload{left: request.PayloadBytes}, sent)
	case request.Stdin:
		options.Stdin = io.TeeReader(input, sent)
	}
	done := make(chan error, 1)
	go func() {
		done <- c.walk(ctx, walk{request.Steps, typed, stdout, terminal, hangUp})
	}()
	err = executor.StreamWithContext(ctx, options)
	hangUp()
	stdout.close()
	_ = input.Close()
	if walked := <-done; err == nil {
		err = walked
	}
	answer := clientAnswer{Sent: told1(sent), Stdout: told1(stdout), Stderr: told1(stderr)}
	setOutcome(&answer, err)
	return answer
}

func told1(c *collector) *told {
	told := c.told()
	return &told
}

func setOutcome(answer *clientAnswer, err error) {
	var exit exitcode.ExitError
	code := 0
	switch {
	case err == nil:
	case errors.As(err, &exit) && exit.Exited():
		code = exit.ExitStatus()
	default:
		answer.Error = err.Error()
		return
	}
	answer.ExitCode = &code
}

type walk struct {
	steps    []step
	typed    *io.PipeWriter
	stdout   *collector
	terminal sizes
	hangUp   context.CancelFunc
}

// walk does the steps; stdin and the terminal's sizes end with them.
func (c *client) walk(ctx context.Context, w walk) error {
	defer close(w.terminal)
	defer w.typed.Close()
	for _, step := range w.steps {
		if err := c.take(ctx, step, w); err != nil {
			return err
		}
	}
	return nil
}

func (c *client) take(ctx context.Context, step step, w walk) error {
	switch {
	case step.Write != "":
		_, err := io.WriteString(w.typed, step.Write)
		return err
	case step.Expect != "":
		if !w.stdout.expect(step.Expect) {
			return errors.New("stdout ended without: " + step.Expect)
		}
	case len(step.Resize) == 2:
		select {
		case w.terminal <- remotecommand.TerminalSize{Width: step.Resize[0], Height: step.Resize[1]}:
		case <-ctx.Done():
		}
	case step.Gate != "":
		c.gates.wait(ctx, step.Gate)
	case step.HangUp:
		w.hangUp()
	}
	return nil
}

func newExecutor(request clientRequest) (remotecommand.Executor, error) {
	target, err := url.Parse(request.URL)
	if err != nil {
		return nil, err
	}
	config := &rest.Config{}
	if request.Transport == "websocket" {
		if len(request.Protocols) > 0 {
			return remotecommand.NewWebSocketExecutorForProtocols(config, "GET", request.URL, request.Protocols...)
		}
		return remotecommand.NewWebSocketExecutor(config, "GET", request.URL)
	}
	if len(request.Protocols) > 0 {
		transport, upgrader, err := spdy.RoundTripperFor(config)
		if err != nil {
			return nil, err
		}
		return remotecommand.NewSPDYExecutorForProtocols(transport, upgrader, "POST", target, request.Protocols...)
	}
	return remotecommand.NewSPDYExecutor(config, "POST", target)
}
