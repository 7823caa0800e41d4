package io.tesserae.cli.run.writing;

import picocli.CommandLine.Option;

/** {@code --chat}. */
final class ChatOption {

    @Option(
            names = "--chat",
            description =
                    "Take each text for what a user says, and answer it, with the chat template of the checkpoint; a line may"
                            + " bring a whole conversation as messages without it.")
    private boolean chat;

    boolean isAsked() {
        return chat;
    }
}
