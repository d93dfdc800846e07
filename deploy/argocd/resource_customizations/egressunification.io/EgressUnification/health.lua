-- Health of an EgressUnification. Its status follows kstatus: observedGeneration, Ready once the controller has spoken, Reconciling and
-- Stalled only while they are true. Nothing but the base library is used, so that the script runs from argocd-cm too.
local hs = {}
local status = obj.status or {}

local conditions = {}
for _, condition in ipairs(status.conditions or {}) do
  conditions[condition.type] = condition
end
local ready = conditions["Ready"]
local reconciling = conditions["Reconciling"]
local stalled = conditions["Stalled"]

-- a deletion is a generation of its own: once the controller has seen it, it says what it waits for
if obj.metadata.deletionTimestamp ~= nil then
  hs.status = "Progressing"
  hs.message = "Pending deletion"
  if ready ~= nil and status.observedGeneration == obj.metadata.generation then
    hs.message = "Pending deletion: " .. ready.message
  elseif obj.metadata.finalizers ~= nil and #obj.metadata.finalizers > 0 then
    hs.message = "Pending deletion; blocked by finalizers: " .. table.concat(obj.metadata.finalizers, ", ")
  end
  return hs
end

-- what is said of an older spec says nothing of this one; -1 or nothing: the controller has not looked yet
if status.observedGeneration ~= obj.metadata.generation then
  hs.status = "Progressing"
  hs.message = "Waiting for the controller to look at generation " .. tostring(obj.metadata.generation)
  return hs
end

if reconciling ~= nil and reconciling.status == "True" then
  hs.status = "Progressing"
  hs.message = reconciling.message
  return hs
end

if stalled ~= nil and stalled.status == "True" then
  -- mode Observe, --observe-only, or canaries that somebody is to look at: nothing failed, somebody wants it to wait
  local waits = stalled.reason == "Observing" or stalled.reason == "CanariesDone"
  hs.status = waits and "Suspended" or "Degraded"
  hs.message = stalled.message
  return hs
end

if ready ~= nil and ready.status == "True" then
  hs.status = "Healthy"
  hs.message = ready.message
  return hs
end

hs.status = "Progressing"
hs.message = ready ~= nil and ready.message or "Waiting for the controller to say whether it is ready"
return hs
