package main

import (
	"context"
	"fmt"
	"io"
	"strconv"

	"k8s.io/cri-streaming/pkg/streaming/remotecommand"
)

// memoryRuntime runs commands that are made of memory only; ours, for the benchmark, has the same ones.
//
//	sink       takes stdin to its end, then tells on stdout how many bytes that were
//	source N   gives N bytes
//	echo       gives what it gets
//	hang       takes nothing, for ever
//
// Each moves as much at once as docker does. A forwarded port is echo.
type memoryRuntime struct{}

const chunkBytes = 32 << 10

func (memoryRuntime) Exec(
	ctx context.Context, _ string, command []string, in io.Reader, out, _ io.WriteCloser, _ bool,
	_ <-chan remotecommand.TerminalSize,
) error {
	number := 0
	if len(command) > 1 {
		number, _ = strconv.Atoi(command[1])
	}
	switch command[0] {
	case "sink":
		count, err := io.CopyBuffer(onlyWriter{io.Discard}, onlyReader{in}, make([]byte, chunkBytes))
		if err == nil {
			_, err = fmt.Fprint(out, count)
		}
		return err
	case "source":
		_, err := io.CopyBuffer(onlyWriter{out}, onlyReader{&payload{left: int64(number)}}, make([]byte, chunkBytes))
		return err
	case "echo":
		_, err := io.CopyBuffer(onlyWriter{out}, onlyReader{in}, make([]byte, chunkBytes))
		return err
	case "hang":
		<-ctx.Done()
		return ctx.Err()
	}
	return fmt.Errorf("no such command: %s", command[0])
}

func (m memoryRuntime) Attach(
	ctx context.Context, id string, in io.Reader, out, err io.WriteCloser, tty bool, resize <-chan remotecommand.TerminalSize,
) error {
	return m.Exec(ctx, id, []string{"echo"}, in, out, err, tty, resize)
}

func (memoryRuntime) PortForward(_ context.Context, _ string, _ int32, stream io.ReadWriteCloser) error {
	_, err := io.CopyBuffer(onlyWriter{stream}, onlyReader{stream}, make([]byte, chunkBytes))
	return err
}

type memoryForwarder struct{ memoryRuntime }

func (m memoryForwarder) PortForward(ctx context.Context, name, _ string, port int32, stream io.ReadWriteCloser) error {
	return m.memoryRuntime.PortForward(ctx, name, port, stream)
}

// These hide the shortcuts of io.Copy, which an engine's connection would not have.
type onlyReader struct{ io.Reader }

type onlyWriter struct{ io.Writer }
