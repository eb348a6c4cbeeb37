/** A package.json, as far as a release looks at it. */
export interface Manifest {
    readonly name: string;
    readonly version: string;
    readonly exports?: Readonly<Record<string, string>>;
    readonly bin?: Readonly<Record<string, string>>;
    readonly [field: string]: unknown;
}

export interface PackedManifest {
    readonly packed: Readonly<Record<string, unknown>>;
    /** Entries that lead to files which do not exist. */
    readonly absent: readonly string[];
}

const built = (source: string, extension: string): string =>
    source.replace(/^\.\/src\//, './dist/').replace(/\.ts$/, extension);

/** Turns the package.json of a workspace, which points at sources, into the one that is published. */
export const packManifest = (manifest: Manifest, exists: (file: string) => boolean): PackedManifest => {
    const { scripts: _scripts, devDependencies: _development, private: _private, exports = {}, bin, ...kept } = manifest;
    const absent = Object.keys(exports).filter((entry) => !exists(built(exports[entry] ?? '', '.js')));
    const entries = Object.entries(exports)
        .filter(([entry]) => !absent.includes(entry))
        .map(([entry, source]) => [
            entry,
            source.endsWith('.ts') ? { types: built(source, '.d.ts'), default: built(source, '.js') } : built(source, ''),
        ]);
    return {
        packed: {
            ...kept,
            files: ['dist', 'migrations', 'plugins', 'web', 'PROTOCOL.md'],
            ...(bin && { bin: Object.fromEntries(Object.entries(bin).map(([name, source]) => [name, built(source, '.js')])) }),
            exports: Object.fromEntries(entries),
        },
        absent,
    };
};
