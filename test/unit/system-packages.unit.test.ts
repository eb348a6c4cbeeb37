import assert from 'node:assert/strict';
import { type Machine, planProvision, provideSystemPackages, systemPackages } from '../../scripts/system-packages.ts';

const browser = { command: 'chromium', debian: 'chromium', purpose: 'tests of the web app' };
const converter = { command: 'pdftoppm', debian: 'poppler-utils', purpose: 'previews' };
const informer = { command: 'pdfinfo', debian: 'poppler-utils', purpose: 'previews' };

const machine = (isRoot: boolean, ...commands: string[]): Machine => ({ isRoot, has: (name) => commands.includes(name) });

describe('system packages', () => {
    it('asks for nothing when all commands are there', () => {
        assert.deepEqual(planProvision([], machine(false)), { action: 'nothing' });
        assert.deepEqual(planProvision([browser], machine(false, 'chromium')), { action: 'nothing' });
    });

    it('installs what is missing, each package once, as root with apt-get', () => {
        assert.deepEqual(planProvision([browser, converter, informer], machine(true, 'apt-get', 'chromium')), {
            action: 'install',
            debian: ['poppler-utils'],
        });
    });

    it('refuses and names the package without root or without apt-get', () => {
        for (const poor of [machine(false, 'apt-get'), machine(true), machine(false)]) {
            const plan = planProvision([browser], poor);
            assert.equal(plan.action, 'refuse');
            assert.match(plan.reason, /chromium \(command chromium\) is needed for tests of the web app/);
        }
    });

    it('runs apt-get update once and then one install', () => {
        const present = ['apt-get'];
        const calls: (readonly string[])[] = [];
        provideSystemPackages([browser, converter], { isRoot: true, has: (name) => present.includes(name) }, (parameters) => {
            calls.push(parameters);
            if (parameters[0] === 'install') present.push('chromium', 'pdftoppm');
        });
        assert.deepEqual(calls, [
            ['update', '-qq'],
            ['install', '-y', '-qq', '--no-install-recommends', 'chromium', 'poppler-utils'],
        ]);
    });

    it('fails when a package is installed and its command still missing', () => {
        const useless = () => undefined;
        assert.throws(() => provideSystemPackages([browser], machine(true, 'apt-get'), useless), /still missing.*\n.*chromium/);
    });

    it('lists every package once', () => {
        const packages = systemPackages.map((entry) => entry.debian);
        assert.deepEqual(packages, [...new Set(packages)]);
    });
});
