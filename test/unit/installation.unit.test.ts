import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { isInstalled, outsideEnvironment, projectNode, sameInstallation } from '../../scripts/installation.mjs';

const wanted = {
    packages: {
        '': { name: 'rookery' },
        'node_modules/pg': { version: '8.0.0', integrity: 'sha512-a' },
        'node_modules/node-other-platform': { version: '26.0.0', optional: true },
        sdk: { version: '0.1.0' },
        'node_modules/@rookery/sdk': { link: true },
    },
};
const { '': _root, 'node_modules/node-other-platform': _other, ...complete } = wanted.packages;

describe('the installation', () => {
    it('is the same when only optional packages are left out', () => {
        assert.equal(sameInstallation(wanted, { packages: complete }), true);
    });

    it('differs when a package is missing, of another version, or too many', () => {
        const { 'node_modules/pg': _pg, ...missing } = complete;
        const other = { ...complete, 'node_modules/pg': { version: '8.0.1', integrity: 'sha512-b' } };
        const more = { ...complete, 'node_modules/left-over': { version: '1.0.0' } };
        for (const packages of [missing, other, more]) assert.equal(sameInstallation(wanted, { packages }), false);
    });

    it('keeps the own Node out of the environment of npm', () => {
        const PATH = ['/clone/node_modules/.bin', '/usr/bin'].join(path.delimiter);
        assert.equal(outsideEnvironment('/clone', { PATH })['PATH'], '/usr/bin');
    });

    it('is remembered by a stamp until the lock file changes', () => {
        const root = mkdtempSync(path.join(os.tmpdir(), 'rookery-installation-'));
        const lock = path.join(root, 'package-lock.json');
        try {
            writeFileSync(lock, JSON.stringify(wanted));
            assert.equal(isInstalled(root), false);

            mkdirSync(path.dirname(projectNode(root)), { recursive: true });
            writeFileSync(projectNode(root), '');
            writeFileSync(path.join(root, 'node_modules/.package-lock.json'), JSON.stringify({ packages: complete }));
            assert.equal(isInstalled(root), true);
            assert.match(readFileSync(path.join(root, 'node_modules/.rookery-lock'), 'utf8'), /^[0-9a-f]{64}$/);

            writeFileSync(lock, JSON.stringify({ packages: { ...wanted.packages, 'node_modules/ws': { version: '8.0.0' } } }));
            assert.equal(isInstalled(root), false);
        } finally {
            rmSync(root, { recursive: true });
        }
    });
});
