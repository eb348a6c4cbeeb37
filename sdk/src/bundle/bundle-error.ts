/** What is wrong with a plugin's sources, in words for its author. */
export class BundleError extends Error {
  override readonly name = 'BundleError'
}
