package io.tesserae.cli.output;

import io.tesserae.cli.console.CommandException;
import io.tesserae.cli.console.Printable;
import io.tesserae.pipelines.flow.FlowFiles;
import io.tesserae.pipelines.flow.FlowPicture;
import io.tesserae.pipelines.flow.FramePair;
import io.tesserae.pipelines.flow.OpticalFlow;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Writes optical flow: for each pair a file of Middlebury's, one of NumPy's and a picture, called as the first picture is.
 *
 * @param directory made if it is not there
 * @param names those of the pairs before
 * @param legend whether the pictures show what their colours mean
 * @param json whether the lines are for programs
 */
public record FlowAnswers(Path directory, InputNames names, boolean legend, boolean json) {

    /** What goes into a folder. */
    public static FlowAnswers into(Path directory, boolean legend, boolean json) {
        if (Files.exists(directory) && !Files.isDirectory(directory)) { // said before minutes of work
            throw new CommandException(directory + ": is no folder; expected one in --output-dir, or a new name");
        }
        return new FlowAnswers(directory, new InputNames(), legend, json);
    }

    /**
     * Writes the files.
     *
     * @return what is said of them
     * @throws CommandException if the flow is no number somewhere, or does not fit a file
     */
    public String write(FramePair pair, OpticalFlow flow) {
        FiniteNumber.requireAll(flow.flow());
        String name = names.ofFile(pair.first().name());
        Path middlebury = directory.resolve(name + ".flo");
        Path array = directory.resolve(name + ".npy");
        Path picture = directory.resolve(name + ".png");
        try {
            Files.createDirectories(directory);
            FlowFiles.writeFlo(flow, middlebury);
            FlowFiles.writeNpy(flow, array);
            FlowPicture.write(flow, picture, legend);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (IllegalArgumentException e) {
            throw new CommandException(middlebury + ": " + e.getMessage(), e);
        }
        List<String> files = List.of(middlebury.toString(), array.toString(), picture.toString());
        return json
                ? line(pair, flow, files)
                : files.stream().map(Printable::escape).collect(Collectors.joining("\n"));
    }

    private static String line(FramePair pair, OpticalFlow flow, List<String> files) {
        OpticalFlow.Magnitudes magnitudes = flow.magnitudes();
        return new Json()
                .raw("{")
                .name("image")
                .string(pair.first().name())
                .name("next_image")
                .string(pair.second().name())
                .name("files")
                .array(files, Json::string)
                .name("width")
                .integer(flow.width())
                .name("height")
                .integer(flow.height())
                .name("mean_magnitude")
                .number(magnitudes.mean())
                .name("max_magnitude")
                .number(magnitudes.largest())
                .raw("}")
                .toString();
    }
}
