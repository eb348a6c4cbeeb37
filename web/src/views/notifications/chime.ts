/** Two soft notes; made here, so that there is nothing to load. In hertz and seconds. */
const notes = [[659.25, 0], [880, 0.11]] as const
const lastsSeconds = 0.35
const loudness = 0.08

/** So long a browser may take to begin: some say for a moment that it is suspended, though nothing forbids it. */
const patienceMs = 500

/** Silent where the browser wants somebody to touch the page first. */
export async function playChime(createAudio: () => AudioContext = () => new AudioContext()): Promise<void> {
  const audio = createAudio()
  try {
    // Where it is forbidden this never ends.
    await Promise.race([audio.resume(), new Promise((resolve) => { setTimeout(resolve, patienceMs) })])
    if (audio.state !== 'running') return
    for (const [pitch, from] of notes) {
      const [tone, volume] = [audio.createOscillator(), audio.createGain()]
      tone.frequency.value = pitch
      const start = audio.currentTime + from
      volume.gain.setValueAtTime(0, start)
      volume.gain.linearRampToValueAtTime(loudness, start + 0.015)
      volume.gain.exponentialRampToValueAtTime(0.0001, start + lastsSeconds)
      tone.connect(volume).connect(audio.destination)
      tone.start(start)
      tone.stop(start + lastsSeconds)
    }
    await new Promise((resolve) => { setTimeout(resolve, 1000) })
  } finally {
    await audio.close()
  }
}
