"""Build hook: fetches the browser assets that we use but do not keep. See assets.lock.toml."""

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CustomBuildHook(BuildHookInterface):
    pass
