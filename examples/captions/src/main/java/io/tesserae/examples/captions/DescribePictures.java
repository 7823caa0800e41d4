package io.tesserae.examples.captions;

import static io.tesserae.generation.GenerationOption.MAX_NEW_TOKENS;

import io.tesserae.generation.FinishReason;
import io.tesserae.generation.GenerationConfig;
import io.tesserae.loaders.files.ModelFiles;
import io.tesserae.loaders.files.ModelLoadingException;
import io.tesserae.loaders.hub.Hub;
import io.tesserae.loaders.image.ImageException;
import io.tesserae.pipelines.Pipelines;
import io.tesserae.pipelines.generation.GeneratedText;
import io.tesserae.pipelines.generation.ImageToTextOptions;
import io.tesserae.pipelines.generation.ImageToTextPipeline;
import io.tesserae.pipelines.generation.PromptedImage;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** Describes pictures, and prints every word as soon as it is certain. */
public final class DescribePictures {

    private static final String USAGE = "usage: DescribePictures MODEL PICTURE...";

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private static final GenerationConfig SHORT = GenerationConfig.DEFAULTS.with(MAX_NEW_TOKENS, 30);

    private DescribePictures() {}

    public static void main(String[] arguments) {
        System.exit(run(List.of(arguments), System.out, System.err));
    }

    static int run(List<String> arguments, PrintStream out, PrintStream err) {
        if (arguments.size() < 2) {
            err.println(USAGE);
            return 2;
        }
        try (ImageToTextPipeline captioner = Pipelines.imageToText(open(arguments.getFirst()))) {
            for (String picture : arguments.subList(1, arguments.size())) {
                describe(captioner, Path.of(picture), out);
            }
            return 0;
        } catch (ModelLoadingException | ImageException | IOException e) {
            err.println(e.getMessage());
            return 1;
        }
    }

    /** A folder that is there wins; anything else is a name on the hub, and is downloaded unless the cache has it. */
    private static ModelFiles open(String model) throws IOException {
        Path folder = Path.of(model);
        return Files.isDirectory(folder)
                ? ModelFiles.directory(folder)
                : Hub.fromEnvironment().download(model);
    }

    private static void describe(ImageToTextPipeline captioner, Path picture, PrintStream out) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        ImageToTextOptions options = ImageToTextOptions.DEFAULT
                .withConfig(SHORT)
                .withStopSignal(() -> System.nanoTime() > deadline); // asked before every token
        out.print(picture.getFileName() + ": ");
        GeneratedText text = captioner.caption(PromptedImage.of(picture), options, piece -> {
            out.print(piece);
            out.flush(); // a word is to be seen when it is there, not when the line is full
        });
        out.println(text.finishReason() == FinishReason.EOS ? "" : " …");
    }
}
