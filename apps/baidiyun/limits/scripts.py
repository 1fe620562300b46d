"""The Lua scripts: one round trip each, by the server's own clock.

They compute exactly what `bucket` and `breaker` do, in the same order of floating-point
operations. Numbers are kept as ``%.17g``, which loses nothing. All keys of a scope share one hash
tag. Redis 6.2 or newer.
"""

from __future__ import annotations

COMMON = """
local function clock(given)
  if given ~= '' then return tonumber(given) end
  local t = redis.call('TIME')
  return tonumber(t[1]) + tonumber(t[2]) / 1000000
end
local function show(x) return string.format('%.17g', x) end
local NAMES = {'state', 'since', 'pause', 'epoch', 'slot', 'calls', 'failures',
               'old_calls', 'old_failures', 'probes', 'passed'}
local function load_breaker(key)
  local row = redis.call('HMGET', key, unpack(NAMES))
  local b = {state = row[1] or 'closed'}
  for i = 2, #NAMES do b[NAMES[i]] = tonumber(row[i]) or 0 end
  return b
end
local function fresh(state, since, pause, epoch)
  local b = {state = state}
  for i = 2, #NAMES do b[NAMES[i]] = 0 end
  b.since = since; b.pause = pause; b.epoch = epoch
  return b
end
local function save_breaker(key, b)
  local row = {'state', b.state}
  for i = 2, #NAMES do row[#row + 1] = NAMES[i]; row[#row + 1] = show(b[NAMES[i]]) end
  redis.call('HSET', key, unpack(row))
  redis.call('EXPIRE', key, 86400)
end
"""

ADMIT = (
    COMMON
    + """
-- KEYS: breaker, buckets...  ARGV: now, probes, probe_seconds, then rate, burst, reserve a bucket
local now = clock(ARGV[1])
local probes, probe_seconds = tonumber(ARGV[2]), tonumber(ARGV[3])
local b = load_breaker(KEYS[1])
local before = b.state
if b.state == 'open' then
  local till = b.since + b.pause
  if now < till then return {'breaker', show(till - now), show(b.epoch), before, 0} end
  b = fresh('half_open', now, b.pause, b.epoch + 1)
  b.probes = 1
elseif b.state == 'half_open' then
  if b.probes < probes then
    b.probes = b.probes + 1
  else
    local till = b.since + probe_seconds
    if now < till then return {'breaker', show(till - now), show(b.epoch), before, 0} end
    b.since = now; b.probes = 1; b.passed = 0
  end
end
local taken = {}
for i = 2, #KEYS do
  local at = 4 + (i - 2) * 3
  local rate, burst = tonumber(ARGV[at]), tonumber(ARGV[at + 1])
  local reserve = tonumber(ARGV[at + 2])
  local row = redis.call('HMGET', KEYS[i], 'tokens', 'at', 'closed')
  local tokens, last = tonumber(row[1]) or burst, tonumber(row[2]) or now
  local closed = tonumber(row[3]) or 0
  local gained = 0
  if now > last then gained = (now - last) * rate end
  tokens = math.min(burst, tokens + gained)
  if closed > now then return {'closed', show(closed - now), show(b.epoch), before, 0} end
  local short = 1.0 + reserve - tokens
  if short > 0 then return {'throttled', show(short / rate), show(b.epoch), before, 0} end
  taken[i] = {tokens - 1.0, math.ceil(burst / rate) + 60}
end
for i = 2, #KEYS do
  redis.call('HSET', KEYS[i], 'tokens', show(taken[i][1]), 'at', show(now))
  redis.call('EXPIRE', KEYS[i], taken[i][2] + 3600)
end
if b.state ~= 'closed' then save_breaker(KEYS[1], b) end
return {'', '0', show(b.epoch), b.state, before ~= b.state and 1 or 0}
"""
)

REPORT = (
    COMMON
    + """
-- KEYS: breaker, bucket, figures  ARGV: now, health, epoch, class, close_for, product,
--   slice, min_calls, threshold, first_pause, longest_pause, probes, figure_slice, figure_life
local now = clock(ARGV[1])
local health, epoch = ARGV[2], tonumber(ARGV[3])
local close_for, product = tonumber(ARGV[5]), ARGV[6]
local b = load_breaker(KEYS[1])
local before = b.state
local touched = false
if epoch == b.epoch and health == 'unsent' then
  if b.state == 'half_open' then b.probes = math.max(0, b.probes - 1); touched = true end
elseif epoch == b.epoch and b.state == 'half_open' then
  touched = true
  if health == 'failed' then
    local pause = math.min(tonumber(ARGV[11]), b.pause * 2.0)
    b = fresh('open', now, pause, b.epoch + 1)
  elseif b.passed + 1 < tonumber(ARGV[12]) then
    b.passed = b.passed + 1
  else
    b = fresh('closed', now, 0, b.epoch + 1)
  end
elseif epoch == b.epoch and b.state == 'closed' then
  touched = true
  local slot = math.floor(now / tonumber(ARGV[7]))
  if slot ~= b.slot then
    if slot == b.slot + 1 then
      b.old_calls = b.calls; b.old_failures = b.failures
    else
      b.old_calls = 0; b.old_failures = 0
    end
    b.calls = 0; b.failures = 0; b.slot = slot
  end
  b.calls = b.calls + 1
  if health == 'failed' then b.failures = b.failures + 1 end
  local calls, failures = b.calls + b.old_calls, b.failures + b.old_failures
  if calls >= tonumber(ARGV[8]) and failures >= tonumber(ARGV[9]) * calls then
    b = fresh('open', now, tonumber(ARGV[10]), b.epoch + 1)
  end
end
if touched then save_breaker(KEYS[1], b) end
if health ~= 'unsent' then
  local figures = KEYS[3] .. string.format('%d', math.floor(now / tonumber(ARGV[13])))
  redis.call('HINCRBY', figures, product .. ':' .. health, 1)
  redis.call('HINCRBY', figures, product .. ':' .. ARGV[4], 1)
  redis.call('EXPIRE', figures, tonumber(ARGV[14]))
end
if close_for > 0 and redis.call('EXISTS', KEYS[2]) == 1 then
  local till = now + close_for
  local closed = tonumber(redis.call('HGET', KEYS[2], 'closed')) or 0
  if till > closed then
    redis.call('HSET', KEYS[2], 'closed', show(till))
    redis.call('EXPIRE', KEYS[2], math.ceil(close_for) + 3600)
  end
end
local row = {}
for i = 1, #NAMES do row[i] = i == 1 and b.state or show(b[NAMES[i]]) end
row[#row + 1] = before ~= b.state and 1 or 0
return row
"""
)
