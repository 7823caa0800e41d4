package io.tesserae.server.serving;

import io.tesserae.loaders.image.ImageException;
import io.tesserae.server.batch.BatchAnswer;
import io.tesserae.server.failure.ErrorType;
import io.tesserae.server.failure.RequestException;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;

/**
 * One request on its way through the models: the permits that it has, whether its client waits still, and what took how long. For one
 * thread.
 */
public final class Call implements AutoCloseable {

    private static final System.Logger LOGGER = System.getLogger(Call.class.getName());

    /** How often is looked whether the client is still there, while its answer is computed. */
    private static final long LOOK_MILLIS = 50;

    private final Permits permits;
    private final BooleanSupplier clientLeft;
    private final long begin = System.nanoTime();
    private int taken;
    private long tokenizationNanos;
    private long queueNanos;
    private long inferenceNanos;
    private long tokens;
    private long characters;

    /** A request that came now. */
    public Call(Permits permits, BooleanSupplier clientLeft) {
        this.permits = permits;
        this.clientLeft = clientLeft;
    }

    /** Takes permits for inputs; they are given back when the call is closed. */
    void take(int inputs) {
        permits.take(inputs);
        taken += inputs;
    }

    /** The inputs are counted. */
    void counted(long nanos, long moreTokens) {
        tokenizationNanos += nanos;
        tokens += moreTokens;
    }

    /** One input was answered without a batch. */
    void computed(long waitedNanos, long tookNanos) {
        queueNanos = waitedNanos;
        inferenceNanos = tookNanos;
    }

    /** Does nothing as long as somebody waits for the answer. */
    void requireClient() {
        if (clientLeft.getAsBoolean()) {
            throw new ClientLeftException();
        }
    }

    /** How long the texts are. */
    public void read(String text) {
        characters += text.length();
    }

    /**
     * Waits for answers.
     *
     * @throws RequestException if one of the inputs has none; the others are not computed then, where that can be helped
     * @throws ClientLeftException if nobody wants them any more
     */
    <A> List<A> await(List<CompletableFuture<BatchAnswer<A>>> answers) {
        try {
            return answers.stream().map(this::await).toList();
        } finally {
            answers.forEach(answer -> answer.cancel(false)); // does nothing to one that is there
        }
    }

    private <A> A await(CompletableFuture<BatchAnswer<A>> future) {
        while (true) {
            try {
                BatchAnswer<A> answer = future.get(LOOK_MILLIS, TimeUnit.MILLISECONDS);
                queueNanos = Math.max(queueNanos, answer.queueNanos());
                inferenceNanos = Math.max(inferenceNanos, answer.inferenceNanos());
                return answer.answer();
            } catch (TimeoutException e) {
                requireClient();
            } catch (ExecutionException e) {
                throw failure(e.getCause());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new RequestException(ErrorType.UNHEALTHY, "the server stops");
            }
        }
    }

    /** What a client is told of a failure: all of it where the input is at fault, and nothing of the server's insides. */
    public static RequestException failure(Throwable failure) {
        return switch (failure) {
            case RequestException known -> known;
            case IllegalArgumentException e when e.getMessage() != null -> RequestException.validation(e.getMessage());
            case ImageException e -> RequestException.validation(e.getMessage());
            case IllegalStateException e
            when e.getMessage() != null -> new RequestException(ErrorType.UNHEALTHY, e.getMessage());
            default -> {
                LOGGER.log(Level.ERROR, "a model failed", failure);
                yield new RequestException(
                        ErrorType.BACKEND,
                        "the model failed: " + failure.getClass().getSimpleName());
            }
        };
    }

    /** Since the request came. */
    public long totalNanos() {
        return System.nanoTime() - begin;
    }

    /** What it took to make tokens of the texts. */
    public long tokenizationNanos() {
        return tokenizationNanos;
    }

    /** The longest that one of the inputs waited. */
    public long queueNanos() {
        return queueNanos;
    }

    /** The longest that the model took for one of the inputs. */
    public long inferenceNanos() {
        return inferenceNanos;
    }

    /** Tokens of all inputs; 0 if no model was asked. */
    public long tokens() {
        return tokens;
    }

    /** Characters of all texts. */
    public long characters() {
        return characters;
    }

    /** Whether a model was asked. */
    public boolean isComputed() {
        return taken > 0;
    }

    /** Gives back the permits. */
    @Override
    public void close() {
        permits.giveBack(taken);
        taken = 0;
    }
}
