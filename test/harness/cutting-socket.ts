/** Websockets whose connections a test can cut at any moment, as a bad network does. */
export interface CuttingSockets {
  readonly WebSocket: typeof globalThis.WebSocket
  /** Cuts all that are open once so many more messages have come; at once for 0, if there is any. Answers when it has cut. */
  cutAfter(messages: number): Promise<void>
  readonly cuts: number
}

export function createCuttingSockets(): CuttingSockets {
  const open = new Set<WebSocket>()
  let cuts = 0
  let left = -1
  let done = (): void => {}
  const cut = (): void => {
    left = -1
    for (const socket of open) {
      open.delete(socket)
      cuts += 1
      // What came is lost to the client from here on, as when a cable is pulled.
      socket.onmessage = null
      const { onclose } = socket
      socket.onclose = socket.onerror = null
      socket.close()
      onclose?.call(socket, new CloseEvent('close', { code: 1006 }))
    }
    done()
  }
  class CuttingSocket extends globalThis.WebSocket {
    constructor(...parameters: ConstructorParameters<typeof globalThis.WebSocket>) {
      super(...parameters)
      open.add(this)
      this.addEventListener('close', () => { open.delete(this) })
      this.addEventListener('message', () => {
        if (left < 0) return
        left -= 1
        if (left <= 0) cut()
      })
    }
  }
  return {
    WebSocket: CuttingSocket,
    cutAfter(messages) {
      const { promise, resolve } = Promise.withResolvers<void>()
      done = resolve
      if (messages === 0 && open.size > 0) cut()
      else left = Math.max(messages, 1)
      return promise
    },
    get cuts() { return cuts },
  }
}
