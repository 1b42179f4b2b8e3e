/**
 * What a change does in Redis, in one round trip. A cart is one hash: buyer, country, version, updatedAt (Unix milliseconds), places
 * (how many items it ever had), and one field `item:<sku>` for each item: `<place> <units> <price> <snapshot as JSON>`.
 * Every script answers an outcome and, where there is a cart to show, the hash. A script that finds its work done already
 * changes nothing, whatever version it expects (RFC 9110 13.1.1): so one that is sent again after a lost answer is harmless.
 * ARGV: buyer, expected version or nothing, now in milliseconds, seconds to live before the first item and from then on, then the
 * script's own.
 */
const opening = `
local cart, buyer, expected, now = KEYS[1], ARGV[1], ARGV[2], ARGV[3]
if redis.call('HGET', cart, 'buyer') ~= buyer then return { 'missing' } end
local version = redis.call('HGET', cart, 'version')
local isStale = expected ~= '' and expected ~= version
local function shown() return { 'shown', redis.call('HGETALL', cart) } end
local function stale() return { 'stale', version } end
local function changed()
  redis.call('HINCRBY', cart, 'version', 1)
  redis.call('HSET', cart, 'updatedAt', now)
  redis.call('EXPIRE', cart, redis.call('HGET', cart, 'places') == '0' and ARGV[4] or ARGV[5])
  return shown()
end
`;

/** Fields of the hash that are no items. */
const fixedFields = 5;

export const createScript = `
redis.call('HSET', KEYS[1], 'buyer', ARGV[1], 'country', ARGV[4], 'version', 1, 'updatedAt', ARGV[2], 'places', 0)
redis.call('EXPIRE', KEYS[1], ARGV[3])
return { 'shown', redis.call('HGETALL', KEYS[1]) }
`;

/**
 * Own ARGV: sku, units, price and snapshot (nothing: those that are kept), which items it may be done to (`any`, `present`, and
 * `fewer`: only to one that then has no more units than before), most lines, most that a line may come to.
 */
export const putScript = `${opening}
local field, units, price, snapshot, which = 'item:' .. ARGV[6], ARGV[7], ARGV[8], ARGV[9], ARGV[10]
local before = redis.call('HGET', cart, field)
local place, hadUnits, hadPrice, hadSnapshot
if before then
  place, hadUnits, hadPrice, hadSnapshot = string.match(before, '^(%d+) (%d+) (%d+) (.*)$')
elseif which ~= 'any' then
  return { 'absent' }
end
if snapshot == '' then price, snapshot = hadPrice, hadSnapshot end
if units == hadUnits and snapshot == hadSnapshot then return shown() end
if isStale then return stale() end
if which == 'fewer' and tonumber(units) > tonumber(hadUnits) then return { 'absent' } end
if tonumber(units) * tonumber(price) > tonumber(ARGV[12]) then return { 'too-much' } end
if not before then
  if redis.call('HLEN', cart) - ${fixedFields} >= tonumber(ARGV[11]) then return { 'full' } end
  place = redis.call('HINCRBY', cart, 'places', 1)
end
redis.call('HSET', cart, field, place .. ' ' .. units .. ' ' .. price .. ' ' .. snapshot)
return changed()
`;

/** Own ARGV: sku. */
export const removeScript = `${opening}
local field = 'item:' .. ARGV[6]
if redis.call('HEXISTS', cart, field) == 0 then return shown() end
if isStale then return stale() end
redis.call('HDEL', cart, field)
return changed()
`;

/** Own ARGV: country. */
export const countryScript = `${opening}
if redis.call('HGET', cart, 'country') == ARGV[6] then return shown() end
if isStale then return stale() end
redis.call('HSET', cart, 'country', ARGV[6])
return changed()
`;
