const AGAIN = 5_000;

/**
 * Hear of changes by the bus; what is missed while there is no connection, the screen
 * finds out by reading anew when there is one again.
 *
 * @param {string} channel
 * @param {string} version of the server's bus
 * @param {Function} onChange
 */
export function listen(channel, version, onChange) {
    const protocol = location.protocol === "https:" ? "wss" : "ws";
    const socket = new WebSocket(
        `${protocol}://${location.host}/websocket?version=${version}`
    );
    socket.onopen = () => {
        const data = { channels: [channel], last: 0 };
        socket.send(JSON.stringify({ event_name: "subscribe", data }));
        onChange();
    };
    socket.onmessage = onChange;
    socket.onclose = () => setTimeout(() => listen(channel, version, onChange), AGAIN);
}
