/**
 * A client of `/endless` that takes whatever comes as fast as it can. Says the port once it is served.
 *
 * @module
 */
import { connect } from 'node:net'

const port = process.argv[2]!
const socket = connect(Number(port), '127.0.0.1')
socket.once('data', () => console.log(port))
socket.resume()
socket.write('GET /endless HTTP/1.1\r\nHost: a.example\r\n\r\n')
