package io.tesserae.loaders.hub;

import java.io.IOException;

/** A model could not be had; the message says which, why, and what to do. */
public final class HubException extends IOException {

    private static final long serialVersionUID = 1;

    /** What went wrong. */
    public enum Reason {
        /** The hub has no such model, or does not show it without a token. */
        MODEL_NOT_FOUND,
        /** The model has no such branch, tag or commit. */
        REVISION_NOT_FOUND,
        /** The revision lacks a file that is needed. */
        FILE_NOT_FOUND,
        /** The hub wants a token, or the token's owner has not been let in. */
        ACCESS_DENIED,
        /** No connection was allowed, and the cache lacks the model. */
        OFFLINE,
        /** The hub could not be reached, or failed, even after retries. */
        UNREACHABLE,
        /** What arrived is not what was announced, or no hub answered. */
        INVALID_ANSWER
    }

    /** Behind what says that the network failed. */
    static final String NETWORK_ADVICE =
            ". To use only what the cache has: HF_HUB_OFFLINE=1, or --offline on the command"
                    + " line; to go through a proxy: HTTPS_PROXY; to use a mirror: HF_ENDPOINT";

    private final Reason reason;

    HubException(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    HubException(Reason reason, String message, Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    /** What went wrong, for programs; the message is for people. */
    public Reason reason() {
        return reason;
    }
}
