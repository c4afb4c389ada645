import java.io.FileInputStream;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.PDFAParser;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.results.TestAssertion;
import org.verapdf.pdfa.results.ValidationResult;

/** Judges files by PDF/UA-1: of each its name, how many checks were made, and each that failed. */
public class JudgeUa {
    public static void main(String[] files) throws Exception {
        VeraGreenfieldFoundryProvider.initialise();
        for (String file : files) {
            judge(file);
        }
    }

    private static void judge(String file) throws Exception {
        try (PDFAParser parser = Foundries.defaultInstance().createParser(new FileInputStream(file), PDFAFlavour.PDFUA_1)) {
            ValidationResult result =
                Foundries.defaultInstance().createValidator(PDFAFlavour.PDFUA_1, false).validate(parser);
            System.out.println("judged " + file);
            System.out.println((result.isCompliant() ? "compliant" : "not compliant") + " " + result.getTotalAssertions());
            for (TestAssertion failed : result.getTestAssertions()) {
                System.out.println(failed.getRuleId().getClause() + ": " + failed.getMessage());
            }
        }
    }
}
