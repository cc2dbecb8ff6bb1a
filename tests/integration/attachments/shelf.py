"""A photo put on the shelf of media, as a message names it."""

from channels.contract import Media
from tests.unit.attachments import samples


def photo(shelf, content=None, called="image/jpeg"):
    return Media(shelf.keep(content or samples.jpeg(samples.exif()), called), called)
