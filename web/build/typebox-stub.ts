/**
 * In place of TypeBox in the browser: the app runs operations by their names and leaves judging to the server, so the
 * schemas of the protocol are not shipped. Types are those of the real one.
 */
const nothing = { properties: {} }
export const Type: Readonly<Record<string, (...parameters: unknown[]) => object>> = new Proxy({}, { get: () => () => nothing })
