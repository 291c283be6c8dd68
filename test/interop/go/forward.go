package main

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"sync"

	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/portforward"
	"k8s.io/client-go/transport/spdy"
	streamhttp "k8s.io/streaming/pkg/httpstream"
)

// connectionAnswer is what became of one connection through a forwarded port.
type connectionAnswer struct {
	Port     uint16 `json:"port"`
	Sent     told   `json:"sent"`
	Received told   `json:"received"`
	Error    string `json:"error"`
}

// forward forwards the ports, makes the connections, all at once, and ends when each has been answered.
func forward(request clientRequest) clientAnswer {
	takeLogged()
	dialer, err := newDialer(request)
	if err != nil {
		return clientAnswer{Error: err.Error()}
	}
	ports := make([]string, len(request.Ports))
	for index, port := range request.Ports {
		ports[index] = fmt.Sprintf("0:%d", port)
	}
	stop, ready := make(chan struct{}), make(chan struct{})
	forwarder, err := portforward.NewOnAddressesForStreaming(
		dialer, []string{"127.0.0.1"}, ports, stop, ready, io.Discard, io.Discard)
	if err != nil {
		return clientAnswer{Error: err.Error()}
	}
	ended := make(chan error, 1)
	go func() { ended <- forwarder.ForwardPorts() }()
	select {
	case <-ready:
	case err = <-ended:
		return clientAnswer{Error: fmt.Sprint(err)}
	}
	local, err := forwarder.GetPorts()
	if err != nil {
		return clientAnswer{Error: err.Error()}
	}
	answer := clientAnswer{Connections: connectAll(local, request)}
	close(stop)
	if err = <-ended; err != nil {
		answer.Error = err.Error()
	}
	answer.Logged = takeLogged()
	return answer
}

func newDialer(request clientRequest) (streamhttp.Dialer, error) {
	target, err := url.Parse(request.URL)
	if err != nil {
		return nil, err
	}
	config := &rest.Config{}
	if request.Transport == "websocket" {
		return portforward.NewSPDYOverWebsocketDialerForStreaming(target, config)
	}
	transport, upgrader, err := spdy.RoundTripperFor(config)
	if err != nil {
		return nil, err
	}
	return spdy.NewDialerForStreaming(upgrader, &http.Client{Transport: transport}, "POST", target), nil
}

func connectAll(ports []portforward.ForwardedPort, request clientRequest) []connectionAnswer {
	answers := make([]connectionAnswer, len(ports)*request.Connections)
	var all sync.WaitGroup
	for index := range answers {
		port := ports[index/request.Connections]
		all.Go(func() {
			answers[index] = connect(port, request)
		})
	}
	all.Wait()
	return answers
}

// connect sends the payload, ends its half, and takes what comes until the other half ends.
func connect(port portforward.ForwardedPort, request clientRequest) connectionAnswer {
	answer := connectionAnswer{Port: port.Remote}
	connection, err := net.Dial("tcp4", fmt.Sprintf("127.0.0.1:%d", port.Local))
	if err != nil {
		answer.Error = err.Error()
		return answer
	}
	defer connection.Close()
	sent, received := newCollector(request.Hash), newCollector(request.Hash)
	written := make(chan error, 1)
	go func() {
		_, err := io.Copy(connection, io.TeeReader(&payload{left: request.PayloadBytes}, sent))
		_ = connection.(*net.TCPConn).CloseWrite()
		written <- err
	}()
	_, err = io.Copy(received, connection)
	if err != nil {
		answer.Error = err.Error()
	}
	if err = <-written; err != nil && answer.Error == "" {
		answer.Error = err.Error()
	}
	answer.Sent, answer.Received = sent.told(), received.told()
	return answer
}
