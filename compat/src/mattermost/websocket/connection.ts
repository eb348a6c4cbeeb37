import { ownText, ResumeQueue, type EndReason, type Frame, type Listener, type StoredSession, type WireFormat } from '@rookery/kernel'

export interface ConnectionOwner {
  /** The connection cannot be gone on with any more, or must not be. */
  forget(connection: Connection): void
  /** In sweeps. */
  now(): number
}

/** The socket of a connection, as far as the connection knows it. */
export interface Line {
  connection: Connection | undefined
  push(frame: Frame, sequence: number, ownId: string): void
  /** Closes in order: what waits goes out first. */
  leave(code: number, now: number): void
  terminate(): void
}

/** What a client names by its connection id: it outlives its socket for a while, so that a client can go on without loss. */
export class Connection implements Listener {
  readonly id: string
  readonly userId: string
  readonly format: WireFormat
  readonly acknowledges: boolean
  sessionId = ''
  token = ''
  isAdmin = false
  isGuest = false
  locale = ''
  socket: Line | undefined = undefined
  /** When its socket went, in sweeps. */
  detachedAt = 0
  readonly #owner: ConnectionOwner
  /** From 1 on: hello has the number 0. */
  readonly #queue = new ResumeQueue(1)
  /** The client cannot expect a later event than this one when it comes back. */
  #sentUntil = 0

  constructor(owner: ConnectionOwner, parts: { readonly id: string, readonly userId: string, readonly format: WireFormat, readonly acknowledges: boolean }) {
    this.#owner = owner
    this.id = parts.id
    this.userId = parts.userId
    this.format = parts.format
    this.acknowledges = parts.acknowledges
  }

  get isAttached(): boolean { return this.socket !== undefined }
  /** For tests and gauges: the number that the next event gets. */
  get nextSequence(): number { return this.#queue.next }

  bind({ session, roles, locale, token }: { session: StoredSession, roles: readonly string[], locale: string, token: string }): void {
    this.sessionId = session.id
    this.token = ownText(token)
    this.isAdmin = roles.includes('system_admin')
    this.isGuest = roles.includes('system_guest')
    this.locale = locale
  }

  canResume(sequence: number): boolean { return this.#queue.covers(sequence) }

  /**
   * Sends hello and all that came since this connection was made. Hello is not kept: only who has read it can name the
   * connection, and so expects 1 or more.
   */
  begin(socket: Line, hello: Frame): void {
    socket.push(hello, 0, this.userId)
    this.attach(socket, 1)
  }

  /** Sends all from `sequence` on through the socket, and what comes from now on. */
  attach(socket: Line, sequence: number): void {
    this.socket = socket
    socket.connection = this
    let next = sequence
    for (const frame of this.#queue.from(sequence)) socket.push(frame, next++, this.userId)
  }

  detach(): void {
    this.socket = undefined
    this.detachedAt = this.#owner.now()
    this.#sentUntil = this.#queue.next
  }

  deliver(frame: Frame): void {
    const sequence = this.#queue.push(frame)
    if (this.socket) this.socket.push(frame, sequence, this.userId)
    else if (this.#queue.first > this.#sentUntil) this.#owner.forget(this)
  }

  end(reason: EndReason): void {
    const { socket } = this
    this.#owner.forget(this)
    socket?.leave(reason === 'server_stops' ? 1001 : 1000, this.#owner.now())
  }
}
