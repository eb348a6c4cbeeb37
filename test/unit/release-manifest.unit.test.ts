import assert from 'node:assert/strict';
import { packManifest } from '../../scripts/release-manifest.ts';

describe('the package.json of a release', () => {
    const manifest = {
        name: '@rookery/sdk',
        version: '0.1.0',
        private: true,
        scripts: { build: 'none' },
        devDependencies: { left: '1.0.0' },
        dependencies: { typebox: '1.4.3' },
        bin: { rookery: './src/cli/main.ts' },
        exports: { './protocol': './src/protocol/index.ts', './words': './src/words.json', './client': './src/client/index.ts' },
    };

    it('points at what was built and leaves out what is not there', () => {
        const { packed, absent } = packManifest(manifest, (file) => !file.includes('client'));
        assert.deepEqual(absent, ['./client']);
        assert.deepEqual(packed, {
            name: '@rookery/sdk',
            version: '0.1.0',
            dependencies: { typebox: '1.4.3' },
            files: ['dist', 'migrations', 'plugins', 'web', 'PROTOCOL.md'],
            bin: { rookery: './dist/cli/main.js' },
            exports: {
                './protocol': { types: './dist/protocol/index.d.ts', default: './dist/protocol/index.js' },
                './words': './dist/words.json',
            },
        });
    });
});
