/** What came back from API v4. */
export interface Heard { readonly status: number, readonly body: unknown, readonly headers: Headers }

/** Asks API v4 in plain HTTP, for what the published client cannot say; the token may be empty. */
export async function ask(url: string, token: string, method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Heard> {
  const isForm = body instanceof FormData || body instanceof Uint8Array
  const response = await fetch(`${url}/api/v4${path}`, {
    method,
    headers: { ...(token && { Authorization: `Bearer ${token}` }), ...headers },
    ...(body !== undefined && { body: isForm ? body as BodyInit : JSON.stringify(body) }),
  })
  const isJson = response.headers.get('content-type') === 'application/json'
  return { status: response.status, body: isJson ? await response.json() : new Uint8Array(await response.arrayBuffer()), headers: response.headers }
}
