/**
 * How long a connection that is to close stays open for a client to see its last answer: closed with octets that
 * nobody has read it would be reset, and the reset may overtake the answer (RFC 9112 9.6).
 *
 * @module
 */

/** Milliseconds without an octet. Also what one that has just come may still ask in, when the server stops. */
export const LINGER_MS: number = 1_000
/** Milliseconds for a client that goes on sending, for it may look only then. None while the server stops. */
export const LINGER_SENDING_MS: number = 30_000
