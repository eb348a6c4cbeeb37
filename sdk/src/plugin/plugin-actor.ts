/** Who did what led here. */
export interface PluginActor {
  /** '' where nobody is signed in, or the server does it. */
  readonly userId: string
  readonly connectionId: string
  readonly locale: string
}
