package io.tesserae.cli;

import io.tesserae.pipelines.ImageInput;
import java.io.IOException;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;

/** The way of every task that answers pictures in batches, one line each. */
final class ImageTask {

    private ImageTask() {}

    /**
     * Answers all inputs. Where one fails, those before it are answered first.
     *
     * @param together pictures of a batch
     * @param answer answers a batch, in its order
     * @param line writes an answer
     */
    static <A> void run(
            Inputs<ImageInput> images,
            int together,
            Function<List<ImageInput>, List<A>> answer,
            BiFunction<ImageInput, A, String> line,
            Output out,
            Progress progress)
            throws IOException {
        for (List<ImageInput> batch = images.next(together); !batch.isEmpty(); batch = images.next(together)) {
            List<A> answers;
            try {
                answers = answer.apply(batch);
            } catch (RuntimeException e) {
                // Some picture cannot be read: one by one, until it is met again.
                for (ImageInput image : batch) {
                    print(List.of(image), answer.apply(List.of(image)), line, out);
                }
                throw e;
            }
            print(batch, answers, line, out);
            progress.reached(images.bytesRead());
        }
    }

    private static <A> void print(
            List<ImageInput> batch, List<A> answers, BiFunction<ImageInput, A, String> line, Output out) {
        for (int i = 0; i < answers.size(); i++) {
            out.line(line.apply(batch.get(i), answers.get(i)));
        }
        out.flush();
    }
}
