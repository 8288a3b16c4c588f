// The policy that the console sends, taken from its source and from the stand-in, judged by csp_evaluator: nothing severe, nothing that lets scripts in.
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { CspEvaluator } from 'csp_evaluator/dist/evaluator.js';
import { Severity } from 'csp_evaluator/dist/finding.js';
import { CspParser } from 'csp_evaluator/dist/parser.js';
import { describe, expect, it } from 'vitest';

const source = readFileSync(resolve(import.meta.dirname, '../../../host/console/http/response_headers.cpp'), 'utf8');
const host = [...(/kContentSecurityPolicy =((?:\s*"[^"]*")+);/.exec(source)?.[1] ?? '').matchAll(/"([^"]*)"/g)].map((match) => match[1]).join('');
const findings = (policy: string) => new CspEvaluator(new CspParser(policy).csp).evaluate().filter((finding) => [Severity.HIGH, Severity.MEDIUM, Severity.HIGH_MAYBE, Severity.SYNTAX].includes(finding.severity)).map((finding) => `${finding.directive} ${finding.value ?? ''}: ${finding.description}`);

describe('the content security policy', () => {
  it('is found in the source of the console', () => expect(host).toContain("default-src 'none'"));
  // 'self' is only as good as what the console serves under its own name: its files, and never an upload or JSONP.
  it('has no severe finding', () => expect(findings(host).filter((finding) => !/^script-src 'self': 'self' can be problematic/.test(finding))).toEqual([]));
  it('the evaluator would find a hole', () => expect(findings(host.replace("script-src 'self'", "script-src 'self' 'unsafe-inline' data:")).length).toBeGreaterThan(1));
  it('the stand-in of the tests sends the same', () => {
    const text = /export const CSP = ([^;]*(?:;[^;]*)*?);\nexport/.exec(readFileSync(resolve(import.meta.dirname, '../serving.mjs'), 'utf8'))?.[1] ?? '';
    const policy = [...text.matchAll(/"([^"]*)"/g)].map((match) => match[1]).join('');
    expect(policy).toContain("script-src 'self'");
    expect(host.startsWith(policy), host).toBe(true);
  });
});
