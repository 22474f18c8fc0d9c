from .archive import Archive as Archive
from .archive import ArchiveFormatError as ArchiveFormatError
from .command import main as main
from .remote import NO_LIMITS as NO_LIMITS
from .remote import RemoteSandbox as RemoteSandbox
from .remote import SandboxProcess as SandboxProcess
from .remote import SandboxStartError as SandboxStartError
from .server import SandboxServer as SandboxServer
