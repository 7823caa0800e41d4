package io.tesserae.server.model;

/**
 * How much a server takes, each 1 or more.
 *
 * @param maxConcurrentRequests inputs that may be in work or wait at a time; who comes when there are as many is told so at
 *     once, and does not wait
 * @param maxBatchTokens tokens of a batch, roughly: one input that has more goes alone
 * @param maxClientBatchSize inputs of one request
 * @param maxBodyBytes bytes of a request's body
 */
public record ServerLimits(int maxConcurrentRequests, int maxBatchTokens, int maxClientBatchSize, int maxBodyBytes) {

    /** Checks the ranges. */
    public ServerLimits {
        requirePositive(maxConcurrentRequests, "maxConcurrentRequests");
        requirePositive(maxBatchTokens, "maxBatchTokens");
        requirePositive(maxClientBatchSize, "maxClientBatchSize");
        requirePositive(maxBodyBytes, "maxBodyBytes");
    }

    private static void requirePositive(int value, String name) {
        if (value < 1) {
            throw new IllegalArgumentException(name + ": expected 1 or more, found " + value);
        }
    }

    ServerLimits withMaxConcurrentRequests(int inputs) {
        return new ServerLimits(inputs, maxBatchTokens, maxClientBatchSize, maxBodyBytes);
    }

    ServerLimits withMaxBatchTokens(int tokens) {
        return new ServerLimits(maxConcurrentRequests, tokens, maxClientBatchSize, maxBodyBytes);
    }

    ServerLimits withMaxClientBatchSize(int inputs) {
        return new ServerLimits(maxConcurrentRequests, maxBatchTokens, inputs, maxBodyBytes);
    }

    ServerLimits withMaxBodyBytes(int bytes) {
        return new ServerLimits(maxConcurrentRequests, maxBatchTokens, maxClientBatchSize, bytes);
    }
}
