/** The answer of `GET /api/v4/license/client`: a server that needs no licence has none. Exactly this key, as a string. */
export const clientLicense = { IsLicensed: 'false' } as const
