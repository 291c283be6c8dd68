package main

import (
	"bufio"
	"encoding/json"
	"net"
	"net/http"
	"time"

	"github.com/gorilla/websocket"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	clientforward "k8s.io/client-go/tools/portforward"
	"k8s.io/cri-streaming/pkg/streaming/portforward"
	"k8s.io/streaming/pkg/httpstream/wsstream"
)

const (
	channelProtocol = "v5.channel.k8s.io"
	tunnelProtocol  = portforward.WebsocketsSPDYTunnelingPortForwardV1
	idleTimeout     = 4 * time.Hour
	streamsTimeout  = 30 * time.Second
)

// serveChannels runs a command whose streams are channels of a WebSocket: stdin, stdout, stderr, error, resize.
func (s *referenceServer) serveChannels(writer http.ResponseWriter, request *http.Request, asked serverRequest) {
	connection := wsstream.NewConn(map[string]wsstream.ChannelProtocolConfig{
		channelProtocol: {Binary: true, Channels: []wsstream.ChannelType{
			wsstream.ReadChannel, wsstream.WriteChannel, wsstream.WriteChannel, wsstream.WriteChannel, wsstream.ReadChannel,
		}},
	})
	_, channels, err := connection.Open(writer, request)
	if err != nil {
		return
	}
	defer connection.Close()
	status := metav1.Status{Status: metav1.StatusSuccess}
	err = s.runtime.Exec(request.Context(), "", asked.Command, channels[0], channels[1], channels[2], asked.TTY, nil)
	if err != nil {
		status = metav1.Status{Status: metav1.StatusFailure, Message: err.Error()}
	}
	_ = json.NewEncoder(channels[3]).Encode(status)
}

// serveTunnel forwards ports by SPDY whose bytes are a WebSocket's messages.
func (s *referenceServer) serveTunnel(writer http.ResponseWriter, request *http.Request) {
	upgrader := websocket.Upgrader{ReadBufferSize: 32 << 10, WriteBufferSize: 32 << 10, Subprotocols: []string{tunnelProtocol}}
	connection, err := upgrader.Upgrade(writer, request, nil)
	if err != nil {
		return
	}
	tunnel := clientforward.NewTunnelingConnection("server", connection)
	inner := request.Clone(request.Context())
	inner.Header = http.Header{
		"Connection":                {"Upgrade"},
		"Upgrade":                   {"SPDY/3.1"},
		"X-Stream-Protocol-Version": {portforward.ProtocolV1Name},
	}
	portforward.ServePortForward(&upgraded{tunnel}, inner, memoryForwarder{s.runtime}, "memory", "", nil,
		idleTimeout, streamsTimeout, portforward.SupportedProtocols)
}

// upgraded is a response that was sent already: who takes its connection over gets the tunnel.
type upgraded struct{ tunnel net.Conn }

func (u *upgraded) Header() http.Header            { return http.Header{} }
func (u *upgraded) WriteHeader(int)                {}
func (u *upgraded) Write(data []byte) (int, error) { return len(data), nil }
func (u *upgraded) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	return u.tunnel, bufio.NewReadWriter(bufio.NewReader(u.tunnel), bufio.NewWriter(u.tunnel)), nil
}
