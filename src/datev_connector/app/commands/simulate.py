"""`simulate`: a STARFACE or a DATEV to try things against."""

from __future__ import annotations

import asyncio
import errno
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import click

from datev_connector.app.commands.failures import CommandFailed, in_words
from datev_connector.app.commands.options import common_options
from datev_connector.app.commands.session import say

PORT = click.IntRange(0, 65535)


@click.group()
@common_options
def simulate() -> None:
    """A STARFACE or a DATEV to try things against.

    Both take commands from standard input (`help` lists them) and run until `quit` or Ctrl+C.
    """


def _run(serving: Coroutine[Any, Any, None]) -> None:
    try:
        with suppress(KeyboardInterrupt):  # Ctrl+C is the way to end it
            asyncio.run(serving)
    except OSError as fault:
        if fault.errno not in {errno.EADDRINUSE, errno.EACCES, errno.EADDRNOTAVAIL}:
            raise
        remedy = "Choose another address, or port 0 for any free one."
        raise CommandFailed(in_words(fault), remedy) from fault


async def _until_quit(take: Callable[[str], Awaitable[bool]]) -> None:
    """Hand each typed line to `take` until it says that it is enough.

    The end of the input ends nothing: a simulator may run without a terminal.
    """
    from datev_connector.app.commands.terminal import typed_lines

    async for line in typed_lines():
        if await take(line):
            return
    await asyncio.Event().wait()


# --- STARFACE -------------------------------------------------------------------------------------


@simulate.command(short_help="Simulate a STARFACE PBX.")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", type=PORT, help="0 takes any free one.  [default: 8443, or the script's]")
@click.option("--plain", is_flag=True, help="HTTP and XMPP without TLS.")
@click.option("--xmpp-port", type=PORT, help="Open an XMPP door there.")
@click.option("--xmpp-domain", help="Domain of the XMPP addresses.  [default: the host]")
@click.option(
    "--starttls",
    type=click.Choice(["required", "optional", "none"]),
    help="Whether XMPP is encrypted.  [default: required]",
)
@click.option(
    "--auth",
    type=click.Choice(["sha512", "active-directory", "md5", "oauth"]),
    multiple=True,
    help="How to sign in; may be given more than once.  [default: sha512]",
)
@click.option("--contacts", type=click.IntRange(0), help="Fill the address book with so many.")
@click.option(
    "--module",
    "archive",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="A module archive.  [default: the connector's own]",
)
@click.option("--module-name", help="Of its configuration.  [default: as it should be]")
@click.option("--no-module", is_flag=True, help="A PBX without modules.")
@click.option("--script", type=click.Path(path_type=Path), help="Users and calls, in TOML or JSON.")
@common_options
def starface(script: Path | None, **wishes: Any) -> None:
    """Simulate a STARFACE PBX: UCI over HTTPS and XMPP, sign-in, address book, call list."""
    from datev_connector.simulators.starface import StarfaceConfig
    from datev_connector.simulators.starface.script import BadScript, Script, read_script

    base = StarfaceConfig(
        host=wishes["host"],
        port=8443,
        encrypted=not wishes["plain"],
        modules=_modules(wishes),
    )
    try:
        played = read_script(script, base) if script else Script(config=base, steps=())
    except BadScript as fault:
        raise CommandFailed(f"{fault}.") from fault
    _run(_serve_starface(played.steps, _starface_config(played.config, wishes)))


def _modules(wishes: dict[str, Any]) -> tuple[Any, ...]:
    """The connector's own module, or what is asked for instead."""
    from datev_connector.simulators.starface import BadModule, ModuleConfig, read_module
    from datev_connector.starface.module.archive import module_archive
    from datev_connector.starface.module.names import STANDARD

    file: Path | None = wishes["archive"]
    if wishes["no_module"]:
        if file or wishes["module_name"]:
            raise click.UsageError("--no-module goes without --module and --module-name.")
        return ()
    content = file.read_bytes() if file else module_archive()
    try:
        read_module(content)
    except BadModule as fault:
        raise CommandFailed(f"{file}: {fault}.") from fault
    return (ModuleConfig(archive=content, name=wishes["module_name"] or STANDARD),)


def _starface_config(config: Any, wishes: dict[str, Any]) -> Any:
    """The script's PBX, or the usual one, with what the options ask for."""
    from dataclasses import replace

    from datev_connector.simulators.starface import AuthMode, made_up_contacts

    changes: dict[str, Any] = {"xmpp": _xmpp_config(config, wishes)}
    if wishes["port"] is not None:
        changes["port"] = wishes["port"]
    if wishes["auth"]:
        changes["auth_modes"] = frozenset(AuthMode(mode) for mode in wishes["auth"])
    if wishes["contacts"] is not None:
        changes["contacts"] = made_up_contacts(wishes["contacts"])
    return replace(config, **changes)


def _xmpp_config(config: Any, wishes: dict[str, Any]) -> Any:
    from dataclasses import replace

    from datev_connector.simulators.starface import StartTls, XmppConfig

    port, domain, starttls = (wishes[name] for name in ("xmpp_port", "xmpp_domain", "starttls"))
    if port is None and config.xmpp is None:
        if domain or starttls:
            raise click.UsageError("--xmpp-domain and --starttls go with --xmpp-port.")
        return None
    usual: dict[str, Any] = {"domain": wishes["host"]}
    if wishes["plain"]:
        usual["starttls"] = StartTls.NONE
    asked = {"port": port, "domain": domain, "starttls": starttls and StartTls(starttls)}
    changes = {name: value for name, value in asked.items() if value is not None}
    try:
        return replace(config.xmpp, **changes) if config.xmpp else XmppConfig(**usual | changes)
    except ValueError as fault:
        raise click.UsageError(f"--xmpp-domain: {fault}.") from fault


async def _serve_starface(steps: tuple[Any, ...], config: Any) -> None:
    from datev_connector.simulators.starface import StarfaceSimulator
    from datev_connector.simulators.starface.console import Console
    from datev_connector.simulators.starface.player import Player
    from datev_connector.simulators.starface.steps import BadStep

    async with StarfaceSimulator(config) as pbx:
        for line in _introduction(pbx):
            click.echo(line)
        player = Player(pbx)
        console = Console(player)

        async def take(line: str) -> bool:
            for answer in await console.line(line):
                click.echo(answer)
            return not console.running

        try:
            await player.play(steps, click.echo)
        except BadStep as fault:
            raise CommandFailed(f"The script cannot be played: {fault}.") from fault
        await _until_quit(take)


def _introduction(pbx: Any) -> Iterator[str]:
    """Where the PBX listens, and who may come."""
    from datev_connector.simulators.starface import AuthMode

    config = pbx.config
    yield f"STARFACE simulator at {pbx.url}"
    if config.xmpp is not None:
        where = f"{pbx.host}:{pbx.xmpp_port}, domain {config.xmpp.domain}"
        yield f"  XMPP at {where}, UCI at {config.xmpp.endpoint_address}"
    if AuthMode.OAUTH in config.auth_modes:
        oauth = config.oauth
        yield f"  OAuth client {oauth.client_id}, secret {oauth.client_secret}"
    for user in config.users:
        yield f"  login {user.login}, password {user.password}, number {user.number}"
    if config.contacts:
        yield f"  {len(config.contacts)} contacts in the address book"
    for module in pbx.modules:
        yield f"  module {module.module.name}, configured as {module.name!r}"


# --- DATEV ----------------------------------------------------------------------------------------


@simulate.command(short_help="Simulate DATEV at a desk.")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", type=PORT, default=5881, show_default=True, help="Of the telephony link.")
@click.option("--http-port", type=PORT, help="Serve DATEVconnect over HTTP there.")
@click.option("--https-port", type=PORT, help="Serve DATEVconnect over HTTPS there.")
@click.option("--addressees", type=click.IntRange(0), default=0, help="So many made-up ones.")
@click.option("--seed", type=int, default=1, show_default=True, help="Of the made-up addressees.")
@click.option("--user", default="", help="Who may use DATEVconnect.  [default: everybody]")
@click.option("--password", default="", help="The user's password.")
@click.option(
    "--certificate",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write the certificate of DATEVconnect there, as PEM.",
)
@click.option("--script", type=click.Path(path_type=Path), help="What to do, in TOML or JSON.")
@common_options
def datev(script: Path | None, certificate: Path | None, **wishes: Any) -> None:
    """Simulate DATEV: telephony over the simulator link, and DATEVconnect if asked for."""
    from datev_connector.simulators.datev import DatevConfig, Office

    office = Office(count=wishes.pop("addressees"), seed=wishes.pop("seed"))
    config = DatevConfig(**wishes, office=office)
    _run(_serve_datev(config, _datev_steps(script) if script else (), certificate))


def _datev_steps(script: Path) -> tuple[Any, ...]:
    from datev_connector.simulators.datev.script import BadScript, ScriptForm, read_script

    form = ScriptForm.JSON if script.suffix.lower() == ".json" else ScriptForm.TOML
    try:
        return read_script(script.read_text("utf-8"), form)
    except UnicodeDecodeError as fault:
        raise CommandFailed(f"{script} is no text in UTF-8.") from fault
    except BadScript as fault:
        raise CommandFailed(f"{script}: {fault}.") from fault


async def _serve_datev(config: Any, steps: tuple[Any, ...], certificate: Path | None) -> None:
    from datev_connector.simulators.datev import ConnectorGone, DatevSimulator
    from datev_connector.simulators.datev.script import run_script

    async with DatevSimulator(config) as simulated:
        if certificate is not None:
            pem = simulated.connect.certificate_pem
            await asyncio.to_thread(certificate.write_text, pem, "ascii")
        click.echo(f"DATEV simulator at {simulated.host}:{simulated.port}")
        for url in (simulated.connect.http_url, simulated.connect.https_url):
            if url is not None:
                click.echo(f"  DATEVconnect at {url}")

        async def take(line: str) -> bool:
            return await _obey_datev(simulated, line)

        try:
            await run_script(simulated, steps, click.echo)
        except (ConnectorGone, TimeoutError, KeyError) as fault:
            raise CommandFailed(f"The script cannot be played: {fault}.") from fault
        with suppress(asyncio.CancelledError):  # Ctrl+C: what follows is the end in any case
            await _until_quit(take)
        for finding in simulated.violations:
            click.echo(f"violation: {finding}")


async def _obey_datev(simulated: Any, line: str) -> bool:
    from datev_connector.simulators.datev import ConnectorGone
    from datev_connector.simulators.datev.action import BadAction
    from datev_connector.simulators.datev.console import help_lines, parse_line
    from datev_connector.simulators.datev.show_actions import Quit

    if line.strip() == "help":
        click.echo("\n".join(help_lines()))
        return False
    try:
        action = parse_line(line)
        for answer in await action.perform(simulated) if action else ():
            click.echo(answer)
        return isinstance(action, Quit)
    except (BadAction, ConnectorGone, TimeoutError, KeyError) as fault:
        say(str(fault) or "The connector did not answer in time.")
        return False


@simulate.command("datev-com", short_help="Simulate DATEV by COM, on Windows.")
@click.option("--memory", type=click.Path(path_type=Path), help="Keep list and journal there.")
@common_options
def datev_com(memory: Path | None) -> None:
    """Simulate DATEV in the Running Object Table: orders in, events out, one JSON object a line."""
    from datev_connector.simulators.datev_com.console import serve

    if serve(memory):
        raise CommandFailed("DATEV can be simulated by COM on Windows only.")
