/** Two soft notes; made here, so that there is nothing to load. In hertz and seconds. */
const notes = [[659.25, 0], [880, 0.11]] as const
const lastsSeconds = 0.35
const loudness = 0.08

/** Silent where the browser wants somebody to touch the page first. */
export async function playChime(): Promise<void> {
  const audio = new AudioContext()
  try {
    if (audio.state === 'suspended') return
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
