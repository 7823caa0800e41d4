package io.tesserae.server;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Random;

/** A client that keeps no rule: what it sends are bytes. */
record Wire(int port) {

    private static final int PATIENCE_MILLIS = 60_000;

    /** How the bytes are sent. */
    enum Manner {
        /** In many small pieces; it says that no more comes, and waits. */
        SLOW_HALF_CLOSED,
        /** It says that no more comes, and waits for the answer. */
        HALF_CLOSED,
        /** It does not wait. */
        LEAVES
    }

    /** What comes back until the server closes the connection; empty if it does so without a word. */
    String send(byte[] bytes, Manner manner, Random random) throws IOException, InterruptedException {
        try (Socket socket = new Socket("127.0.0.1", port)) {
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.setTcpNoDelay(true);
            try {
                write(socket, bytes, manner, random);
            } catch (IOException e) {
                // It has read enough, and closed; the answer may be there still
            }
            return manner == Manner.LEAVES ? "" : read(socket);
        }
    }

    private static void write(Socket socket, byte[] bytes, Manner manner, Random random)
            throws IOException, InterruptedException {
        int piece = manner == Manner.SLOW_HALF_CLOSED ? Math.max(1, bytes.length / 20) : bytes.length;
        for (int begin = 0; begin < bytes.length; begin += piece) {
            socket.getOutputStream().write(bytes, begin, Math.min(piece, bytes.length - begin));
            if (manner == Manner.SLOW_HALF_CLOSED) {
                Thread.sleep(random.nextInt(4));
            }
        }
        if (manner == Manner.HALF_CLOSED || manner == Manner.SLOW_HALF_CLOSED) {
            socket.shutdownOutput();
        }
    }

    private static String read(Socket socket) throws IOException {
        ByteArrayOutputStream answer = new ByteArrayOutputStream();
        byte[] piece = new byte[4096];
        try {
            for (int count = socket.getInputStream().read(piece);
                    count >= 0;
                    count = socket.getInputStream().read(piece)) {
                answer.write(piece, 0, count);
            }
        } catch (java.net.SocketException e) {
            // Reset, since it has not read all that was sent
        }
        return answer.toString(StandardCharsets.ISO_8859_1);
    }
}
