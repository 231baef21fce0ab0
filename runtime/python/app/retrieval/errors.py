"""What can go wrong with documents and with the store of their vectors; see `app.outside.queries` for the rest."""

from app.runtime.errors import ServiceError


class PathRefused(ServiceError, code="path_refused", title="Path refused", status=422):
    """A path of documents leads out of the folder that the operator set, or is none."""

    hint = "Name a folder or a file below the folder of documents, such as `handbook` or `handbook/leave.md`."
    for_caller = ()


class DocumentsNotFound(ServiceError, code="documents_not_found", title="Documents not found", status=404):
    """There is no such folder or file of documents."""

    hint = "Check the path, and that DOCUMENTS_PATH is the folder that holds the documents."


class DocumentUnusable(ServiceError, code="document_unusable", title="Document unusable", status=422):
    """A document cannot be read; `source` says which, `problem` why."""

    hint = "Mend or remove the document, or let the node skip what it cannot read: `onBroken`."
    for_caller = ("source", "problem")


class TooManyDocuments(ServiceError, code="too_many_documents", title="Too many documents", status=422):
    """There are more documents, or more text in them, than the step takes."""

    hint = "Take a smaller folder at a time, or raise the limit of the node."
    for_caller = ()


class InvalidCollection(ServiceError, code="invalid_collection", title="Collection unusable", status=422):
    """A collection cannot be called so."""

    hint = "Take letters, digits, `_`, `-` and `.`, at most 100 of them."
    for_caller = ()


class CollectionMissing(ServiceError, code="collection_missing", title="Collection missing", status=503):
    """The collection that is searched does not exist."""

    hint = "Run the workflow that indexes the documents first, and check that both name the same collection and store."


class CollectionMismatch(ServiceError, code="collection_mismatch", title="Collection does not fit"):
    """The vectors are not such as the collection holds; `expected` and `given` say how many numbers each has."""

    hint = "Use the model and the `dimensions` that the collection was made with, or another collection, indexed anew."
    for_operator = True


class StoreAccessDenied(ServiceError, code="store_access_denied", title="Vector store refuses", status=502):
    """Qdrant does not take the key, or the key may not do this."""

    hint = "Check QDRANT_API_KEY: it has to belong to the server at QDRANT_URL, and may have to be allowed to write."
    for_operator = True


class InvalidFilter(ServiceError, code="invalid_filter", title="Filter unusable", status=422):
    """A filter got a value that it cannot compare with, such as null or an object."""

    hint = "Give the condition a text, a number or a boolean, or mark it `optional` so that null leaves it out."
    for_caller = ()


class InvalidPieces(ServiceError, code="invalid_pieces", title="Pieces unusable"):
    """What is to be split or indexed are no documents or pieces, or their vectors do not belong to them."""

    hint = "Give the lists of loadDocuments, splitText and embeddingGenerate as they are, one vector for each piece."
