"""The pack as a server on this machine, and nowhere else."""

from concurrent import futures

import grpc
from pulumi.runtime.proto import analyzer_pb2_grpc

_UNLIMITED = [("grpc.max_receive_message_length", -1)]
"""A stack's resources come in one message."""


def serve(analyzer: analyzer_pb2_grpc.AnalyzerServicer) -> tuple[grpc.Server, int]:
    """A running server and its port; one question at a time, as they belong to one run."""
    server = grpc.server(futures.ThreadPoolExecutor(max_workers=1), options=_UNLIMITED)
    analyzer_pb2_grpc.add_AnalyzerServicer_to_server(analyzer, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    return server, port
