package main

import (
	"context"
	"errors"
	"io"
	"net"
)

// runEcho serves a port for connections that come through port-forward; what has been taken in is sent back before the end.
func runEcho(_ context.Context, args []string) error {
	if len(args) != 1 {
		return errors.New("interop echo PORT")
	}
	listener, err := net.Listen("tcp", ":"+args[0])
	if err != nil {
		return err
	}
	for {
		connection, err := listener.Accept()
		if err != nil {
			return err
		}
		go func() {
			defer connection.Close()
			_, _ = io.Copy(connection, connection)
		}()
	}
}
